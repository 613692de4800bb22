import LeadModel
import Redis

/// The referrers of accounts and contacts, and the pending fan-outs of their changes.
///
/// 1. A referrer is stored before it reads the entity (`RecordStore.load(_:referrers:)`): a lane that changes the entity
///    later finds every record that read the former state.
/// 2. The commit of a change stores a pending fan-out, which is removed once every referrer was scored or marked as
///    pending. If the lane that works on it dies, another one continues.
/// 3. A change in the meantime makes the fan-out begin again.
public struct FanOuts {
    /// Up to this many referrers are handled in the turn of the change and can be scored in real time.
    public static let few = 200
    /// Referrers per step.
    static let page = 200

    /// The progress of a fan-out: the entity's revision at its last change, then the last referrer that is done.
    public struct Position: Equatable, Sendable {
        var bytes: [UInt8]

        /// The beginning of the fan-out of a revision.
        public init(revision: UInt64) { bytes = RecordBlob.revision(revision) }

        init(bytes: [UInt8]) { self.bytes = bytes }

        var last: [UInt8] { Array(bytes.dropFirst(8)) }
    }

    public struct Page: Sendable {
        public var entity: RecordStore.Place
        public var position: Position
        /// The referrers of this page.
        public var records: [(kind: RecordKind, id: Exact)]
        /// The last of them; nil if this is the last page.
        public var last: String?
        /// The entity has more than `few` referrers.
        public var isLarge: Bool
    }

    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// The referrers of each entity; nil for an entity with more than `few`.
    public func fewReferrers(of entities: [RecordStore.Place]) throws -> [[(kind: RecordKind, id: Exact)]?] {
        var pipeline = Pipeline()
        for entity in entities { pipeline.add("ZRANGE", entity.referrers, 0, Self.few) }
        return try redis.runAll(pipeline).map { reply in
            let members = reply.array ?? []
            return members.count > Self.few ? nil : members.compactMap(\.text).compactMap(Self.record)
        }
    }

    /// The entities that have a pending fan-out.
    public func pending(among entities: [RecordStore.Place]) throws -> [RecordStore.Place] {
        var pipeline = Pipeline()
        for entity in entities { pipeline.add("HEXISTS", entity.partition.fanOuts, entity.id.text) }
        return zip(entities, try redis.runAll(pipeline)).filter { $1.int == 1 }.map(\.0)
    }

    /// All referrers of an entity.
    public func referrers(of entity: RecordStore.Place) throws -> [(kind: RecordKind, id: Exact)] {
        (try redis.call("ZRANGE", entity.referrers, 0, -1).array ?? []).compactMap(\.text).compactMap(Self.record)
    }

    /// Removes a referrer. Only for an erased one: any other record could refer to the entity again at the same time.
    public func remove(referrer kind: RecordKind, _ id: Exact, of entity: RecordStore.Place) throws {
        try redis.call("ZREM", entity.referrers, Self.member(kind, id))
    }

    /// The next page of one of the partition's pending fan-outs; nil if there is none.
    public func next(in partition: Partition) throws -> Page? {
        let found = try redis.call("HRANDFIELD", partition.fanOuts, 1, "WITHVALUES").array ?? []
        guard found.count == 2, let id = found[0].text, let bytes = found[1].bytes else { return nil }
        let entity = RecordStore.Place(partition: partition, id: Exact(id))
        let position = Position(bytes: bytes)
        var pipeline = Pipeline()
        pipeline.add("ZCARD", entity.referrers)
        let from = position.last.isEmpty ? Array("-".utf8) : Array("(".utf8) + position.last
        pipeline.add("ZRANGEBYLEX", entity.referrers, from, "+", "LIMIT", 0, Self.page)
        let replies = try redis.runAll(pipeline)
        let members = (replies[1].array ?? []).compactMap(\.text)
        return Page(
            entity: entity, position: position, records: members.compactMap(Self.record),
            last: members.count < Self.page ? nil : members.last, isLarge: (replies[0].int ?? 0) > Int64(Self.few))
    }

    /// Notifies the workers of a pending fan-out.
    public func announce(in organization: String) throws {
        try redis.call("PUBLISH", Keyspace.sweeps, organization)
    }

    /// What was done of one entity's fan-out.
    public struct Progress: Sendable {
        public var entity: RecordStore.Place
        public var position: Position
        /// The last referrer that is done; nil if all are.
        public var last: String?
        /// The fencing token of the partition's lease; nil for the lane that committed the change.
        public var token: Int64?

        public init(entity: RecordStore.Place, position: Position, last: String?, token: Int64?) {
            (self.entity, self.position, self.last, self.token) = (entity, position, last, token)
        }
    }

    /// Stores the progress of fan-outs and removes those that are done, except where the entity changed in the meantime.
    public func settle(_ all: [Progress]) throws {
        guard !all.isEmpty else { return }
        var pipeline = Pipeline()
        for progress in all {
            let next = progress.last.map { progress.position.bytes.prefix(8) + Array($0.utf8) } ?? []
            pipeline.begin(
                .settleFanOut, keys: [progress.entity.partition.fanOuts, progress.entity.partition.sweep], arguments: 4)
            pipeline.append(progress.entity.id.text)
            pipeline.append(progress.position.bytes)
            pipeline.append(Array(next))
            pipeline.append(progress.token.map { "\($0)" } ?? "")
        }
        _ = try redis.runAll(pipeline)
    }

    /// A referrer as a member of the sorted set: `lead/<id>`.
    public static func member(_ kind: RecordKind, _ id: Exact) -> String { "\(kind.rawValue)/\(id.text)" }

    private static func record(_ member: String) -> (kind: RecordKind, id: Exact)? {
        guard let slash = member.utf8.firstIndex(of: UInt8(ascii: "/")),
            let kind = RecordKind(rawValue: String(member[..<slash]))
        else { return nil }
        return (kind, Exact(String(member[member.utf8.index(after: slash)...])))
    }
}

extension RecordStore.Place {
    fileprivate var referrers: String { partition.referrers(id) }
}

extension Script {
    /// Keys: fanOuts, sweep. Arguments: the entity's id, the position that was read, the next position (empty: done), token
    /// or empty.
    fileprivate static let settleFanOut = Script(
        "fan-out settle",
        """
        local fanOuts, sweep = unpack(KEYS)
        if ARGV[4] ~= '' and redis.call('HGET', sweep, 'token') ~= ARGV[4] then return 0 end
        if redis.call('HGET', fanOuts, ARGV[1]) ~= ARGV[2] then return 0 end
        if ARGV[3] == '' then redis.call('HDEL', fanOuts, ARGV[1])
        else redis.call('HSET', fanOuts, ARGV[1], ARGV[3]) end
        return 1
        """)
}
