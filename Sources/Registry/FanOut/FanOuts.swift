import LeadModel
import Redis

/// Who names an account or contact, and who of them has yet to be told that it changed.
///
/// 1. Who names one is written down before the one is read (`RecordStore.load(_:referrers:)`): so whoever changes it
///    later finds all that read the former state.
/// 2. The commit of a change leaves a telling, and that goes only when all are told. If its teller dies, another goes on.
/// 3. A change that comes meanwhile makes the telling begin anew.
public struct FanOuts {
    /// Up to so many are told in the turn of the change, and can be scored at once.
    public static let few = 200
    /// Told in one step.
    static let page = 200

    /// Where a telling stands: the entity's revision at its last change, then the last that was told.
    public struct Position: Equatable, Sendable {
        var bytes: [UInt8]

        /// At the beginning of that for a revision.
        public init(revision: UInt64) { bytes = RecordBlob.revision(revision) }

        init(bytes: [UInt8]) { self.bytes = bytes }

        var last: [UInt8] { Array(bytes.dropFirst(8)) }
    }

    public struct Page: Sendable {
        public var entity: RecordStore.Place
        public var position: Position
        /// Those to be told.
        public var records: [(kind: RecordKind, id: Exact)]
        /// The last of them; nothing if there is no more to come.
        public var last: String?
        /// More than a few name the entity.
        public var isOfMany: Bool
    }

    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// Of each entity those that name it: nothing if they are more than a few.
    public func fewReferrers(of entities: [RecordStore.Place]) throws -> [[(kind: RecordKind, id: Exact)]?] {
        var pipeline = Pipeline()
        for entity in entities { pipeline.add("ZRANGE", entity.referrers, 0, Self.few) }
        return try redis.runAll(pipeline).map { reply in
            let members = reply.array ?? []
            return members.count > Self.few ? nil : members.compactMap(\.text).compactMap(Self.record)
        }
    }

    /// Of which entities a change is yet to be told.
    public func standing(of entities: [RecordStore.Place]) throws -> [RecordStore.Place] {
        var pipeline = Pipeline()
        for entity in entities { pipeline.add("HEXISTS", entity.partition.fanOuts, entity.id.text) }
        return zip(entities, try redis.runAll(pipeline)).filter { $1.int == 1 }.map(\.0)
    }

    /// All that name an entity.
    public func referrers(of entity: RecordStore.Place) throws -> [(kind: RecordKind, id: Exact)] {
        (try redis.call("ZRANGE", entity.referrers, 0, -1).array ?? []).compactMap(\.text).compactMap(Self.record)
    }

    /// Forgets that a record names an entity. Only of one that was erased: any other could come to name it again beside this.
    public func remove(referrer kind: RecordKind, _ id: Exact, of entity: RecordStore.Place) throws {
        try redis.call("ZREM", entity.referrers, Self.member(kind, id))
    }

    /// The next page of some telling of a partition; nothing if none stands.
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
            last: members.count < Self.page ? nil : members.last, isOfMany: (replies[0].int ?? 0) > Int64(Self.few))
    }

    /// Tells the workers that there is one to be worked off.
    public func announce(in organization: String) throws {
        try redis.call("PUBLISH", Keyspace.sweeps, organization)
    }

    /// What was told of one entity's change.
    public struct Progress: Sendable {
        public var entity: RecordStore.Place
        public var position: Position
        /// The last that was told; nothing: all were.
        public var last: String?
        /// The holder's; nothing where whoever stored the change tells.
        public var token: Int64?

        public init(entity: RecordStore.Place, position: Position, last: String?, token: Int64?) {
            (self.entity, self.position, self.last, self.token) = (entity, position, last, token)
        }
    }

    /// Notes what is told: each telling goes on behind it, or is over, unless it began anew meanwhile.
    public func settle(_ all: [Progress]) throws {
        guard !all.isEmpty else { return }
        var pipeline = Pipeline()
        for told in all {
            let next = told.last.map { told.position.bytes.prefix(8) + Array($0.utf8) } ?? []
            pipeline.begin(
                .settleFanOut, keys: [told.entity.partition.fanOuts, told.entity.partition.sweep], arguments: 4)
            pipeline.append(told.entity.id.text)
            pipeline.append(told.position.bytes)
            pipeline.append(Array(next))
            pipeline.append(told.token.map { "\($0)" } ?? "")
        }
        _ = try redis.runAll(pipeline)
    }

    /// How one that names is written.
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
    /// Keys: fanOuts, sweep. Arguments: the entity's id, where its telling stood, where it goes on (empty: it is over),
    /// token or nothing.
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
