import LeadModel
import Redis

/// The list of an organization's damaged records, for operators: one hash, by `DamagedRecord.name`.
///
/// A damaged record stays where it is stored, so that it can be read again after a repair, such as a restored
/// dictionary of names. The list holds a copy of its first bytes. It holds at most 1,000 records, and expires 30 days
/// after the last addition: what is damaged still is then listed again by the next sweep or event.
public struct DamagedRecords {
    public static let most = 1000
    /// Bytes of a record that are copied.
    static let copied = 16_384
    private static let days30 = 30 * 86_400

    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    public struct Entry: Sendable {
        public var name: String
        public var place: RecordStore.Place
        public var foundAt: Moment
        public var reason: String
        /// How many bytes are stored, and a copy of the first 16 KiB.
        public var size: Int
        public var bytes: [UInt8]

        /// Not a record but a key of the whole partition is damaged.
        public var isPartition: Bool { place.id.text.isEmpty }
    }

    /// Adds records to the lists of their organizations.
    ///
    /// - Returns: those that were not listed before, and the organizations whose list is full.
    public func add(_ damaged: [DamagedRecord], now: Moment) throws -> (new: [DamagedRecord], full: Set<String>) {
        var pipeline = Pipeline()
        for record in damaged {
            pipeline.add(
                .listDamaged, keys: [Keyspace.OrganizationKeys(record.place.partition.organization).damaged],
                record.name, Self.encode(record, now), Self.most, Self.days30)
        }
        var (new, full): ([DamagedRecord], Set<String>) = ([], [])
        for (record, reply) in zip(damaged, try redis.runAll(pipeline)) {
            if reply.int == 1 { new.append(record) }
            if reply.int == -1 { full.insert(record.place.partition.organization) }
        }
        return (new, full)
    }

    /// The listed records, the earliest first.
    public func list(of organization: String) throws -> [Entry] {
        let parts = try redis.call("HGETALL", Keyspace.OrganizationKeys(organization).damaged).array ?? []
        return stride(from: 0, to: parts.count - 1, by: 2).compactMap { place in
            guard let name = parts[place].text, let bytes = parts[place + 1].bytes else { return nil }
            return try? Self.decode(bytes, name, organization)
        }.sorted { ($0.foundAt, $0.name) < ($1.foundAt, $1.name) }
    }

    /// How many records are listed, by organization; those without any are left out.
    public func counts(of organizations: [String]) throws -> [(organization: String, count: Int)] {
        var pipeline = Pipeline()
        for name in organizations { pipeline.add("HLEN", Keyspace.OrganizationKeys(name).damaged) }
        return zip(organizations, try redis.runAll(pipeline)).compactMap { name, reply in
            reply.int.flatMap { $0 > 0 ? (name, Int($0)) : nil }
        }
    }

    /// Removes records from the list.
    public func forget(_ places: [RecordStore.Place]) throws {
        var pipeline = Pipeline()
        for place in places {
            pipeline.add(
                "HDEL", Keyspace.OrganizationKeys(place.partition.organization).damaged, DamagedRecord.name(of: place))
        }
        _ = try redis.runUnlessDamaged(pipeline)
    }

    /// Removes a damaged record from its partition and from the list: the next snapshot makes it again.
    ///
    /// - Returns: false if the record is no longer stored with these bytes, or its partition's keys can't be used.
    public func drop(_ damaged: DamagedRecord) throws -> Bool {
        let partition = damaged.place.partition
        var pipeline = Pipeline()
        pipeline.add(
            .dropDamaged, keys: [partition.records, partition.dirty], damaged.place.id.text, damaged.bytes)
        let isDropped = try redis.runUnlessDamaged(pipeline)[0].int == 1
        try forget([damaged.place])
        return isDropped
    }

    /// Gives a partition whose dictionary lost names another one, in which every former id is lost: a record that uses one
    /// is damaged from then on. The former list stays under `<names>:damaged`.
    ///
    /// - Returns: false if the dictionary has lost no name.
    public func replaceNames(of partition: Partition) throws -> Bool {
        try redis.call(
            .replaceNames, keys: [partition.names, partition.sweep, partition.names + ":damaged"],
            String(UInt64.random(in: .min ... .max), radix: 36)
        ).int == 1
    }

    /// The first key of a partition that has another type than it should; nil if there is none.
    public func misusedKey(of partition: Partition) throws -> (key: String, type: String)? {
        let keys = [
            (partition.records, "hash"), (partition.names, "list"), (partition.dirty, "set"), (partition.usage, "hash"),
            (partition.sweep, "hash"), (partition.work, "set"), (partition.inFlight, "set"),
            (partition.schedule, "zset"), (partition.fanOuts, "hash"),
        ]
        var pipeline = Pipeline()
        for (key, _) in keys { pipeline.add("TYPE", key) }
        for ((key, wanted), reply) in zip(keys, try redis.runAll(pipeline)) {
            if let type = reply.text, type != "none", type != wanted { return (key, type) }
        }
        return nil
    }

    // MARK: Entries as bytes

    private static func encode(_ record: DamagedRecord, _ now: Moment) -> [UInt8] {
        var out = ByteWriter()
        out.word(UInt64(bitPattern: now.microseconds))
        out.text(record.reason)
        out.text(record.place.id.text)
        out.number(record.bytes.count)
        out.bytes += record.bytes.prefix(copied)
        return out.bytes
    }

    private static func decode(_ bytes: [UInt8], _ name: String, _ organization: String) throws -> Entry? {
        let parts = name.split(separator: "/")
        guard parts.count == 3, let kind = RecordKind(rawValue: String(parts[0])), let number = Int(parts[1])
        else { return nil }
        var reader = ByteReader(bytes)
        let at = Moment(microseconds: Int64(bitPattern: try reader.word()))
        let (reason, id) = (try reader.text(), Exact(try reader.text()))
        let size = try reader.index(below: 1 << 40)
        let partition = Partition(organization: organization, kind: kind, number: number)
        return Entry(
            name: name, place: .init(partition: partition, id: id), foundAt: at, reason: reason, size: size,
            bytes: reader.rest)
    }
}

extension Script {
    /// Keys: damaged. Arguments: name, entry, the most entries, seconds until the list expires. Answer: 1 added, 0 it was
    /// listed, -1 the list is full. A key of another type is replaced.
    fileprivate static let listDamaged = Script(
        "damaged add",
        """
        if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
        if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
        if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return -1 end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
        redis.call('EXPIRE', KEYS[1], ARGV[4])
        return 1
        """)

    /// Keys: names, sweep, where the former list stays. Argument: incarnation.
    fileprivate static let replaceNames = Script(
        "names replace",
        """
        local length = tonumber(redis.call('HGET', KEYS[2], 'names') or '') or 0
        if redis.call('LLEN', KEYS[1]) >= length then return 0 end
        if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('RENAME', KEYS[1], KEYS[3]) end
        redis.call('RPUSH', KEYS[1], ARGV[1])
        for i = 2, length do redis.call('RPUSH', KEYS[1], '') end
        return 1
        """)

    /// Keys: records, dirty. Arguments: id, bytes.
    fileprivate static let dropDamaged = Script(
        "damaged drop",
        """
        if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
        redis.call('HDEL', KEYS[1], ARGV[1])
        redis.call('SREM', KEYS[2], ARGV[1])
        return 1
        """)
}
