import LeadModel
import Redis

/// Starts a partition's sweep, leases the partition, and moves its records through the sweep. `SweepScripts.swift`
/// describes what Redis stores.
///
/// 1. Any process may start a sweep, any number of times, to the same effect.
/// 2. A lane leases a partition under a token that fences off the former holder: no later step of the former holder
///    changes anything.
/// 3. Records that a holder takes are stored as in flight until they are settled. If it dies, the next holder gets them.
///
/// It belongs to the thread of its connection.
public struct SweepStore {
    /// Milliseconds until a lease lapses that is not renewed.
    public static let leaseTime = 10_000
    /// Records that one step of filling reads: well under a millisecond of Redis's time.
    private static let fillStep = 200
    /// Lua's `unpack` fails with more than some thousand values.
    private static let idsPerCall = 1000

    let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    // MARK: Starting

    /// The arguments of a start: the registry as the process read it, and the requests.
    public struct Start: Sendable {
        /// The sweep's number: milliseconds of the due time, or of the last request.
        public var sweep: Int64
        public var epoch: Int64
        /// What scorings depend on in addition to the records: a sweep with another signature is a full one. Nil: no version
        /// is published.
        public var signature: String?
        /// The published scorecard reads ages: then each sweep is a full one.
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
        /// This sweep or a newer one was started before, by any process.
        case alreadyStarted = "there"
        /// An older sweep of the partition is not done.
        case busy
        /// The partition's last sweep was started with a newer registry.
        case oldRegistry = "old"
        /// The partition's keys can't be used: they have other types, or hold no numbers.
        case damaged
    }

    public func start(_ start: Start, in partition: Partition) throws -> Started {
        try self.start([(start, partition)])[0]
    }

    /// Starts several at once; each start is atomic.
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
        return try redis.runUnlessDamaged(pipeline).map { reply in
            if case .error = reply { return .damaged }
            guard let started = reply.text.flatMap(Started.init(rawValue:)) else {
                throw redis.unexpected(reply, to: "sweep start")
            }
            return started
        }
    }

    // MARK: Leasing

    /// A leased partition.
    public struct Lease: Sendable {
        public var partition: Partition
        /// The commit script compares it.
        public var token: Int64
        public var sweep: Int64
        /// Records that are pending or scored by another version are due.
        public var scores: Bool
        /// The queues to publish stored results to again; nil among them means everywhere.
        public var targets: [String?]
        /// The records that have still to be added to the work set.
        public var filling: Filling?
        /// The schedule has something due.
        public var isExpiring: Bool
        /// There are pending fan-outs.
        public var hasFanOuts: Bool
        /// Records that were in flight when the former holder's lease lapsed. They stay in flight until they are settled.
        public var abandoned: [Exact]
    }

    /// The records that a full sweep adds to the work set: the open ones, those with a result (`shown`, for a
    /// republication), or both.
    public enum Filling: String, Sendable { case open, shown, both }

    public enum FillStep: Equatable, Sendable {
        case more(cursor: String)
        case done
        case fenced
    }

    /// Leases a partition for `leaseTime`; nil if it has no work, or another lane has its lease.
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

    /// Extends the lease to `leaseTime` from now. False if fenced.
    public func renew(_ lease: Lease) throws -> Bool { try held(.renewSweep, lease, Self.leaseTime).int == 1 }

    /// Releases the lease, so that another lane can take it at once. Does nothing if another lane has it.
    ///
    /// - Returns: whether it was ours.
    @discardableResult
    public func release(_ lease: Lease) throws -> Bool { try held(.renewSweep, lease, 0).int == 1 }

    /// Adds the next open or shown records to the work set. Every holder begins at "0", even if a former holder was
    /// further: a cursor is not valid after a restart of Redis.
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

    /// Moves records from the work set into flight; empty if there are none left. Nil if fenced.
    public func next(_ lease: Lease, atMost count: Int) throws -> [Exact]? {
        let reply = try held(.nextOfSweep, lease, min(count, Self.idsPerCall))
        if reply.isNull { return nil }
        guard let ids = reply.array else { throw redis.unexpected(reply, to: "sweep next") }
        return ids.compactMap { $0.text.map { Exact($0) } }
    }

    /// Removes settled records from those in flight. False if fenced.
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

    /// Leaves a record in flight for the next sweep, of any kind. It stays in flight until it is settled. False if fenced.
    public func putOff(_ lease: Lease, _ id: Exact) throws -> Bool {
        try redis.call(.putOffSweep, keys: Self.keys(lease) + [lease.partition.dirty], lease.token, id.text).int == 1
    }

    /// Notes that the schedule has no due entry left. False if fenced.
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
