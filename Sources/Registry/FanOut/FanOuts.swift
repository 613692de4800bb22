import LeadModel
import Redis

/// The referrers of accounts and contacts, and the pending fan-outs of their changes.
///
/// 1. A referrer is stored before it reads the entity (`RecordStore.load(_:referrers:)`): a lane that changes the entity
///    later finds every record that read the former state.
/// 2. The commit of a change stores a pending fan-out, which is removed once every referrer was scored or marked as
///    pending. It belongs to the lane that committed the change until that lane hands it over, or has been silent for ten
///    seconds. Then the lane that leases the partition continues.
/// 3. A change in the meantime makes the fan-out begin again.
public struct FanOuts {
    /// Up to this many referrers are handled in the turn of the change and can be scored in real time.
    public static let few = 200
    /// Referrers per step.
    static let page = 200
    /// Fan-outs that are looked at for one that can be continued. If none of them can, a later look takes others.
    private static let candidates = 32
    /// Milliseconds after its commit for which a fan-out is left to the lane that committed the change: as long as a lease.
    static let patience: UInt64 = 10_000

    /// The progress of a fan-out: the entity's revision at its last change, then the last referrer that is done.
    public struct Position: Equatable, Sendable {
        var bytes: [UInt8]

        /// The beginning of the fan-out of a revision.
        public init(revision: UInt64) { bytes = RecordBlob.revision(revision) }

        init(bytes: [UInt8]) { self.bytes = bytes }

        var last: [UInt8] { Array(bytes.dropFirst(8)) }

        /// The beginning, for any lane. No referrer sorts before it.
        var handedOver: Position { Position(bytes: bytes.prefix(8) + [0]) }

        /// Whether the lane that committed the change may still be working on the fan-out. A revision is the commit's time
        /// in milliseconds; one that is far ahead, as after the clock was set back, says nothing.
        func belongsToCommitter(at now: Moment) -> Bool {
            let committed = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            let present = UInt64(max(0, now.milliseconds))
            return last.isEmpty && max(committed, present) - min(committed, present) < FanOuts.patience
        }
    }

    public struct Page: Sendable {
        public var entity: RecordStore.Place
        public var position: Position
        /// The referrers of this page.
        public var records: [(kind: RecordKind, id: Exact)]
        /// The last of them; nil if this is the last page.
        public var last: [UInt8]?
        /// The entity has more than `few` referrers.
        public var isLarge: Bool
        /// Of an erased contact: the revision of its erasure.
        public var erasedContact: UInt64?
    }

    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// The referrers of each entity; nil for an entity with more than `few`.
    public func fewReferrers(of entities: [RecordStore.Place]) throws -> [[(kind: RecordKind, id: Exact)]?] {
        var pipeline = Pipeline()
        for entity in entities { pipeline.add("ZRANGE", entity.referrers, 0, Self.few) }
        return try redis.runUnlessDamaged(pipeline).map { reply in
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
        var pipeline = Pipeline()
        pipeline.add("ZRANGE", entity.referrers, 0, -1)
        return (try redis.runUnlessDamaged(pipeline)[0].array ?? []).compactMap(\.text).compactMap(Self.record)
    }

    /// Removes a referrer. Only for an erased one: any other record could refer to the entity again at the same time.
    public func remove(referrer kind: RecordKind, _ id: Exact, of entity: RecordStore.Place) throws {
        var pipeline = Pipeline()
        pipeline.add("ZREM", entity.referrers, Self.member(kind, id))
        _ = try redis.runUnlessDamaged(pipeline)
    }

    /// The next page of one of the partition's pending fan-outs that no longer belongs to the lane that committed the
    /// change; nil if there is none.
    public func next(in partition: Partition, now: Moment) throws -> Page? {
        let found = try redis.call("HRANDFIELD", partition.fanOuts, Self.candidates, "WITHVALUES").array ?? []
        let pending = stride(from: 0, to: found.count - 1, by: 2).lazy.compactMap { index in
            found[index].text.flatMap { id in found[index + 1].bytes.map { (id: id, position: Position(bytes: $0)) } }
        }
        guard let (id, position) = pending.first(where: { !$0.position.belongsToCommitter(at: now) }) else {
            return nil
        }
        let entity = RecordStore.Place(partition: partition, id: Exact(id))
        var pipeline = Pipeline()
        pipeline.add("ZCARD", entity.referrers)
        let from = position.last.isEmpty ? Array("-".utf8) : Array("(".utf8) + position.last
        pipeline.add("ZRANGEBYLEX", entity.referrers, from, "+", "LIMIT", 0, Self.page)
        let replies = try redis.runAll(pipeline)
        let members = replies[1].array ?? []
        return Page(
            entity: entity, position: position, records: members.compactMap(\.text).compactMap(Self.record),
            last: members.count < Self.page ? nil : members.last?.bytes,
            isLarge: (replies[0].int ?? 0) > Int64(Self.few))
    }

    /// Leaves fan-outs that the committing lane doesn't do itself to the lanes that lease their partitions, and notifies
    /// the workers.
    public func handOver(_ fanOuts: [(entity: RecordStore.Place, position: Position)]) throws {
        try move(fanOuts.map { ($0.entity, $0.position, $0.position.handedOver.bytes, nil) })
        for organization in Set(fanOuts.map(\.entity.partition.organization)) {
            try redis.call("PUBLISH", Keyspace.sweeps, organization)
        }
    }

    /// Leaves the fan-out of entities to the lanes that lease their partitions, unless one is pending.
    public func request(_ entities: [RecordStore.Place]) throws {
        var pipeline = Pipeline()
        for entity in entities {
            let position = Position(revision: 0).handedOver
            pipeline.add("HSETNX", entity.partition.fanOuts, entity.id.text, position.bytes)
            pipeline.add("PUBLISH", Keyspace.sweeps, entity.partition.organization)
        }
        _ = try redis.runUnlessDamaged(pipeline)
    }

    /// What was done of one entity's fan-out.
    public struct Progress: Sendable {
        public var entity: RecordStore.Place
        public var position: Position
        /// The last referrer that is done; nil if all are.
        public var last: [UInt8]?
        /// The fencing token of the partition's lease; nil for the lane that committed the change.
        public var token: Int64?

        public init(entity: RecordStore.Place, position: Position, last: [UInt8]?, token: Int64?) {
            (self.entity, self.position, self.last, self.token) = (entity, position, last, token)
        }
    }

    /// Stores the progress of fan-outs and removes those that are done, except where the entity changed in the meantime.
    public func settle(_ all: [Progress]) throws {
        try move(
            all.map { progress in
                let next = progress.last.map { progress.position.bytes.prefix(8) + $0 } ?? []
                return (progress.entity, progress.position, Array(next), progress.token)
            })
    }

    /// Moves fan-outs from a position to the next one; an empty one removes the fan-out.
    private func move(
        _ steps: [(entity: RecordStore.Place, from: Position, to: [UInt8], token: Int64?)]
    ) throws {
        guard !steps.isEmpty else { return }
        var pipeline = Pipeline()
        for step in steps {
            pipeline.begin(
                .moveFanOut, keys: [step.entity.partition.fanOuts, step.entity.partition.sweep], arguments: 4)
            pipeline.append(step.entity.id.text)
            pipeline.append(step.from.bytes)
            pipeline.append(step.to)
            pipeline.append(step.token.map { "\($0)" } ?? "")
        }
        _ = try redis.runUnlessDamaged(pipeline)
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
    fileprivate static let moveFanOut = Script(
        "fan-out move",
        """
        local fanOuts, sweep = unpack(KEYS)
        if ARGV[4] ~= '' and redis.call('HGET', sweep, 'token') ~= ARGV[4] then return 0 end
        if redis.call('HGET', fanOuts, ARGV[1]) ~= ARGV[2] then return 0 end
        if ARGV[3] == '' then redis.call('HDEL', fanOuts, ARGV[1])
        else redis.call('HSET', fanOuts, ARGV[1], ARGV[3]) end
        return 1
        """)
}
