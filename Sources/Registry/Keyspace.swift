import LeadModel

/// Every Redis key, spelled here and nowhere else.
///
/// A partition's keys contain the hash tag `{org/kind/nn}`, and an organization's keys `{org}`. The hash tag decides
/// the slot in a Redis Cluster, so one script touches one slot.
public enum Keyspace {
    /// The names of all organizations: a set.
    public static let organizations = "ll:organizations"

    /// A string that a worker writes to check that Redis accepts writes; it expires.
    public static let probe = "ll:probe"

    /// How often a worker crashed while it worked on this in isolation; it expires by itself.
    static func crashes(_ work: UInt64) -> String { "ll:crashes:" + String(work, radix: 16) }

    /// The channel for changes of the registry; the payload is the organization's name.
    public static let changes = "ll:registry"

    /// The channel for new work of a sweep: a request, a start, a pending fan-out or due entries; the payload is the
    /// organization's name.
    public static let sweeps = "ll:sweeps"

    /// A string, see `WaitingLeads`: microseconds of Redis's clock.
    public static let waiting = "ll:waiting"

    /// A hash: `<queue>:messages` and `<queue>:bytes`, what workers have sent to the bounded queues.
    public static let sentSizes = "ll:sent"

    public struct OrganizationKeys: Sendable {
        public let name: String

        public init(_ name: String) { self.name = name }

        /// A hash, see `OrganizationSettings`; also `publications:<entity>` and `imports:<kind>` (`ImportSequence`).
        public var settings: String { "ll:{\(name)}:settings" }
        /// Counts the changes of the registry: settings and published versions.
        public var epoch: String { "ll:{\(name)}:epoch" }
        /// A stream: one entry a change of the registry.
        public var audit: String { "ll:{\(name)}:audit" }
        /// A string that expires: it exists while some process has the lease to publish usage.
        public var usageLease: String { "ll:{\(name)}:usage:lease" }
        /// A hash: `lead:2026-11` → `<records> <scorings>`, the totals that were published last.
        public var usagePublished: String { "ll:{\(name)}:usage:published" }
        /// A hash: model name → its newest version's number. Numbers are never reused.
        public func newestVersions(_ entity: Entity) -> String { "ll:{\(name)}:\(entity.rawValue):versions" }
        /// A hash: `<version> <model>` → artifact. Artifacts are never removed: the reasons of past scores follow from them.
        public func artifacts(_ entity: Entity) -> String { "ll:{\(name)}:\(entity.rawValue):artifacts" }
        /// A set: the models that were deleted and not trained again since.
        public func deletedModels(_ entity: Entity) -> String { "ll:{\(name)}:\(entity.rawValue):deleted" }
        /// A string: `<version> <model>` of what is published; absent if nothing is.
        public func published(_ entity: Entity) -> String { "ll:{\(name)}:\(entity.rawValue):published" }
        /// A hash: the records that can't be read; see `DamagedRecords`.
        public var damaged: String { "ll:{\(name)}:damaged" }
        /// A string that expires: the number of ties of a day, see `TieCounts`.
        func ties(_ day: String) -> String { "ll:{\(name)}:ties:\(day)" }
        /// A sorted set: the requested sweeps by number; see `SweepRequest`.
        public func requests(_ entity: Entity) -> String { "ll:{\(name)}:\(entity.rawValue):requests" }
        /// A list: the formerly published versions, the latest first.
        public func formerlyPublished(_ entity: Entity) -> String { "ll:{\(name)}:\(entity.rawValue):former" }
    }

    /// How a version is written as a field or pointer: the number first, since a name may contain spaces.
    static func pointer(_ version: ModelVersion) -> String { "\(version.version) \(version.name)" }

    static func version(pointer: String) -> ModelVersion? {
        // By bytes: the blank and a combining mark behind it are one Character.
        let parts = pointer.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2, let number = String(parts[0]).flatMap({ Int($0) }), number > 0,
            let name = String(parts[1])
        else { return nil }
        return ModelVersion(name: name, version: number)
    }
}

/// A partition's keys.
extension Partition {
    private func key(_ what: String) -> String {
        "ll:{\(organization)/\(kind.rawValue)/\(number < 10 ? "0" : "")\(number)}:\(what)"
    }

    /// A hash: record id → `RecordBlob`.
    public var records: String { key("records") }
    /// A list: the incarnation, then the attribute names; a name's id is its index.
    public var names: String { key("names") }
    /// A set: the ids of the pending records.
    public var dirty: String { key("dirty") }
    /// A hash: `2026-11:records`, `2026-11:scorings` and the same of days, `2026-11-21:records`.
    public var usage: String { key("usage") }
    /// A hash: the state of its sweep and its lease, see `SweepScripts`. Partitions of accounts and contacts have it too, for
    /// fan-outs and expiry.
    public var sweep: String { key("sweep") }
    /// A set: the ids that no lane has taken yet in the current sweep.
    public var work: String { key("work") }
    /// A set: the ids that the lease's holder has taken and not yet settled.
    public var inFlight: String { key("inflight") }
    /// A sorted set: entries that expire, by due time in milliseconds; see `Schedule`.
    public var schedule: String { key("schedule") }
    /// A hash, for accounts and contacts: id → the progress of the fan-out of its change; see `FanOuts`.
    public var fanOuts: String { key("fanouts") }
    /// A sorted set, for one account or contact: its referrers as `lead/<id>`, in the order of bytes (all scores are 0).
    public func referrers(_ id: Exact) -> String { key("referrers:" + id.text) }
}
