import LeadModel
import Redis

/// A partition's sweep: how it is started, held and worked off. See `SweepScripts` for what Redis keeps.
///
/// 1. Any process may start a sweep, any number of times, to the same effect.
/// 2. A lane takes a partition under a lease. Its token fences off whoever held it before: nothing that such a one still
///    does with the partition's sweep changes anything.
/// 3. What a holder takes in hand stays written down as in hand until it is settled. If it dies, the next holder is told.
///
/// It belongs to the thread of its connection.
public struct SweepStore {
    /// How long a lease lasts that is not renewed, in milliseconds.
    public static let leaseTime = 10_000
    /// Records that a step of filling looks at: well under a millisecond of Redis's time.
    private static let fillStep = 200
    /// Lua passes no more than some thousand values at a time.
    private static let idsPerCall = 1000

    let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    // MARK: Starting

    /// What a start is given: the registry as its process knows it, and what is asked.
    public struct Start: Sendable {
        /// The sweep's number: milliseconds of the due time, or of the last request.
        public var sweep: Int64
        public var epoch: Int64
        /// What the scorings follow from besides the records: another one makes a walk. Nothing: no version is published.
        public var signature: String?
        /// Whether the published scorecard reads ages: then each sweep is a walk.
        public var usesTime: Bool
        /// The daily sweep is one more of these: `run` under its due time.
        public var requests: [NumberedSweepRequest]

        public init(sweep: Int64, epoch: Int64, signature: String?, usesTime: Bool, requests: [NumberedSweepRequest]) {
            (self.sweep, self.epoch, self.signature) = (sweep, epoch, signature)
            (self.usesTime, self.requests) = (usesTime, requests)
        }
    }

    public enum Started: String, Sendable {
        case started
        /// By whomever, this one or a newer.
        case alreadyStarted = "there"
        /// An older sweep still has work here.
        case busy
        /// The partition has seen a newer registry than the one that the start was given.
        case oldRegistry = "old"
    }

    public func start(_ start: Start, in partition: Partition) throws -> Started {
        try self.start([(start, partition)])[0]
    }

    /// CrashCounter many at once; each is atomic by itself.
    public func start(_ starts: [(start: Start, partition: Partition)]) throws -> [Started] {
        var pipeline = Pipeline()
        for (start, partition) in starts {
            pipeline.begin(
                .startSweep,
                keys: [partition.sweep, partition.work, partition.inFlight, partition.dirty, partition.schedule],
                arguments: 5 + start.requests.count)
            pipeline.append(start.sweep)
            pipeline.append(start.epoch)
            pipeline.append(start.signature ?? "")
            pipeline.append(start.usesTime ? 1 : 0)
            pipeline.append(partition.organization)
            for request in start.requests { pipeline.append(request.text) }
        }
        return try redis.runAll(pipeline).map { reply in
            guard let started = reply.text.flatMap(Started.init(rawValue:)) else {
                throw redis.unexpected(reply, to: "sweep start")
            }
            return started
        }
    }

    // MARK: LeasedPartition

    /// A partition in hand.
    public struct Lease: Sendable {
        public var partition: Partition
        /// The commit script compares it.
        public var token: Int64
        public var sweep: Int64
        /// What is pending or of another version is due.
        public var scores: Bool
        /// Where what is stored is to be published again; nothing among them is everywhere.
        public var targets: [String?]
        /// What the work set still lacks.
        public var filling: Filling?
        /// The schedule has something due.
        public var isExpiring: Bool
        /// There are fanOuts.
        public var hasFanOuts: Bool
        /// What a former holder had in hand when its lease lapsed. They stay in hand until they are settled.
        public var abandoned: [Exact]
    }

    /// Which records a walk takes into the work set.
    public enum Filling: String, Sendable { case open, shown, both }

    public enum FillStep: Equatable, Sendable {
        case more(cursor: String)
        case done
        case fenced
    }

    /// Takes a partition for `leaseTime`; nothing if there is nothing to do, or another holds it.
    public func take(_ partition: Partition) throws -> Lease? {
        let reply = try redis.call(
            .takeSweep, keys: [partition.sweep, partition.work, partition.inFlight, partition.fanOuts], Self.leaseTime)
        if reply.isNull { return nil }
        guard let parts = reply.array, parts.count >= 7, let token = parts[0].int, let sweep = parts[1].int,
            let targets = parts[3].text, let filling = parts[4].text
        else { throw redis.unexpected(reply, to: "sweep take") }
        return Lease(
            partition: partition, token: token, sweep: sweep, scores: parts[2].int == 1,
            targets: targets.split(separator: "\n").map { $0 == "*" ? nil : String($0) },
            filling: Filling(rawValue: filling), isExpiring: parts[5].int == 1, hasFanOuts: parts[6].int == 1,
            abandoned: parts.dropFirst(7).compactMap { $0.text.map { Exact($0) } })
    }

    /// Has it for `leaseTime` from now. False: fenced.
    public func renew(_ lease: Lease) throws -> Bool { try held(.renewSweep, lease, Self.leaseTime).int == 1 }

    /// Gives it back: another can take it at once. Does nothing if it is another's.
    public func release(_ lease: Lease) throws { try held(.renewSweep, lease, 0) }

    /// Adds the next open or shown records to the work set. It begins at "0", also where a former holder broke it off: a
    /// cursor does not survive Redis.
    public func fill(_ lease: Lease, from cursor: String = "0") throws -> FillStep {
        let partition = lease.partition
        let reply = try redis.call(
            .fillSweep, keys: [partition.sweep, partition.work, partition.inFlight, partition.records], lease.token,
            cursor,
            Self.fillStep)
        if reply.isNull { return .fenced }
        guard let next = reply.text else { throw redis.unexpected(reply, to: "sweep fill") }
        return next == "0" ? .done : .more(cursor: next)
    }

    /// Takes records out of the work set into hand; none if it is empty. Nothing: fenced.
    public func next(_ lease: Lease, atMost count: Int) throws -> [Exact]? {
        let reply = try held(.nextOfSweep, lease, min(count, Self.idsPerCall))
        if reply.isNull { return nil }
        guard let ids = reply.array else { throw redis.unexpected(reply, to: "sweep next") }
        return ids.compactMap { $0.text.map { Exact($0) } }
    }

    /// These are done with, and leave the hand. False: fenced.
    public func settle(_ lease: Lease, _ ids: [Exact]) throws -> Bool {
        var rest = ids[...]
        while !rest.isEmpty {
            let part = rest.prefix(Self.idsPerCall)
            rest = rest.dropFirst(part.count)
            var pipeline = Pipeline()
            pipeline.begin(.settleSweep, keys: Self.keys(lease), arguments: 1 + part.count)
            pipeline.append(lease.token)
            for id in part { pipeline.append(id.text) }
            if try redis.runAll(pipeline)[0].int != 1 { return false }
        }
        return true
    }

    /// One in hand is left for the next sweep, which takes it in whatever it is a walk for. It stays in hand until it is
    /// settled. False: fenced.
    public func putOff(_ lease: Lease, _ id: Exact) throws -> Bool {
        try redis.call(.putOffSweep, keys: Self.keys(lease) + [lease.partition.dirty], lease.token, id.text).int == 1
    }

    /// The schedule has nothing due any more. False: fenced.
    public func endExpiry(_ lease: Lease) throws -> Bool {
        try redis.call(.endExpiry, keys: Self.keys(lease), lease.token).int == 1
    }

    private static func keys(_ lease: Lease) -> [String] {
        [lease.partition.sweep, lease.partition.work, lease.partition.inFlight]
    }

    @discardableResult
    private func held(_ script: Script, _ lease: Lease, _ argument: Int) throws -> Reply {
        try redis.call(script, keys: Self.keys(lease), lease.token, argument)
    }
}
