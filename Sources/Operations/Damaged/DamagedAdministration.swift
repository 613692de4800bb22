import Contract
import LeadModel
import Redis
import Registry

/// What an operator does with stored records that can't be read.
public struct DamagedAdministration: Sendable {
    private let deployment: Deployment

    public init(_ deployment: Deployment) { self.deployment = deployment }

    /// The damaged records of one organization, or of all, the earliest first.
    public func list(organization: String?, limit: Int) throws -> ParkedPage<DamagedEntry> {
        try deployment.withRedis { redis in
            var page = ParkedPage<DamagedEntry>()
            for entry in try entries(redis, organization) { page.add(DamagedEntry(entry), limit: limit) }
            return page
        }
    }

    /// One of them with its bytes; nil if there is none of this name.
    public func content(_ name: String) throws -> DamagedContent? {
        try deployment.withRedis { redis in
            guard let organization = Self.organization(of: name) else { return nil }
            let entry = try entries(redis, organization).first { DamagedEntry($0).name == name }
            return entry.map(DamagedContent.init)
        }
    }

    /// The outcome of `drop`.
    public struct Dropped: Equatable, Sendable {
        /// Removed from their partitions: the next snapshot makes them again.
        public var dropped = 0
        /// Readable again, or gone: only removed from the list.
        public var repaired = 0
        /// Partitions with a new dictionary of names.
        public var dictionaries = 0
        /// What stays in the list, and why.
        public var left: [(name: String, reason: String)] = []

        public static func == (a: Dropped, b: Dropped) -> Bool {
            (a.dropped, a.repaired, a.dictionaries, a.left.map(\.name))
                == (b.dropped, b.repaired, b.dictionaries, b.left.map(\.name))
        }
    }

    /// Removes damaged records from the list, and from their partitions where they can't be read still.
    ///
    /// - Parameters:
    ///   - names: nil for all.
    ///   - organization: with all: only those of this organization.
    /// - Throws: `UnknownDamaged` before anything is changed.
    public func drop(_ names: [String]?, organization: String? = nil) throws -> Dropped {
        try deployment.withRedis { redis in
            var chosen: [DamagedRecords.Entry] = []
            if let names {
                for name in names {
                    let all = try Self.organization(of: name).map { try entries(redis, $0) } ?? []
                    guard let entry = all.first(where: { DamagedEntry($0).name == name }) else {
                        throw UnknownDamaged(name: name)
                    }
                    chosen.append(entry)
                }
            } else {
                chosen = try entries(redis, organization)
            }
            var outcome = Dropped()
            for entry in chosen { try drop(entry, redis, &outcome) }
            return outcome
        }
    }

    private func drop(_ entry: DamagedRecords.Entry, _ redis: RedisConnection, _ outcome: inout Dropped) throws {
        let records = DamagedRecords(redis)
        let partition = entry.place.partition
        if let (key, type) = try records.misusedKey(of: partition) {
            let reason = "the key \(key) has the type \(type): restore it, or delete it, in Redis"
            return outcome.left.append((DamagedEntry(entry).name, reason))
        }
        if entry.isPartition {
            if try records.replaceNames(of: partition) { outcome.dictionaries += 1 } else { outcome.repaired += 1 }
            return try records.forget([entry.place])
        }
        if let damaged = try RecordStore(redis).loadReadable([entry.place]).damaged[0], !damaged.bytes.isEmpty,
            try records.drop(damaged)
        {
            outcome.dropped += 1
        } else {
            try records.forget([entry.place])
            outcome.repaired += 1
        }
    }

    private func entries(_ redis: RedisConnection, _ organization: String?) throws -> [DamagedRecords.Entry] {
        let names = try organization.map { [$0] } ?? RegistryReader(redis).organizations()
        return try names.flatMap { try DamagedRecords(redis).list(of: $0) }.sorted { $0.foundAt < $1.foundAt }
    }

    /// A name is `<organization>/<kind>/<partition>/<hash>`.
    private static func organization(of name: String) -> String? {
        name.split(separator: "/").first.map(String.init).flatMap { OrganizationName.isValid($0) ? $0 : nil }
    }
}

public struct UnknownDamaged: Error, Equatable {
    public let name: String
}

/// A damaged record in a list: nothing of it identifies a person.
public struct DamagedEntry: Encodable, Sendable {
    /// `<organization>/<kind>/<partition>/<hash of the id>`; `partition` in place of the hash if a key of the whole
    /// partition is damaged.
    public var name: String
    public var organization: String
    public var kind: String
    public var foundAt: String
    public var reason: String
    /// The size of what is stored.
    public var bytes: Int

    init(_ entry: DamagedRecords.Entry) {
        let partition = entry.place.partition
        (name, organization) = ("\(partition.organization)/\(entry.name)", partition.organization)
        (kind, foundAt, reason, bytes) = (partition.kind.rawValue, entry.foundAt.text, entry.reason, entry.size)
    }
}

/// A damaged record with its id and the first 16 KiB of its bytes, personal data included.
public struct DamagedContent: Encodable, Sendable {
    public var name: String
    /// Empty if a key of the whole partition is damaged.
    public var id: String
    public var foundAt: String
    public var reason: String
    public var bytes: Int
    /// The bytes in hexadecimal digits.
    public var hex: String

    init(_ entry: DamagedRecords.Entry) {
        let listed = DamagedEntry(entry)
        (name, foundAt, reason, bytes) = (listed.name, listed.foundAt, listed.reason, listed.bytes)
        id = entry.place.id.text
        hex = entry.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The bytes as text, with a dot for each that is no printable ASCII.
    public var printable: String {
        var text = ""
        var digits = hex[...]
        while let byte = UInt8(digits.prefix(2), radix: 16) {
            text.append((32..<127).contains(byte) ? Character(UnicodeScalar(byte)) : ".")
            digits = digits.dropFirst(2)
        }
        return text
    }
}
