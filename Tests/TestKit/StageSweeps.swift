import Foundation
import LeadModel
import Registry

// What a test does with sweeps.

extension Stage {
    /// Asks for a sweep, or something else of one, and waits until every partition has worked it off.
    public func sweep(
        _ request: SweepRequest = .run, _ entity: Entity = .lead, within time: Duration = .seconds(60)
    ) throws {
        let number = try requestSweep(request, entity)
        let isDone = try eventually(within: time) { try isOver(number, entity) }
        precondition(isDone, "the sweep \(number) is not over in time")
    }

    /// Waits until the sweep is over that the first version asked for.
    public func awaitFirstSweep(_ entity: Entity = .lead) throws {
        let isDone = try eventually { try isOver(1, entity) }
        precondition(isDone, "the first sweep is not over in time")
    }

    /// - Returns: its number.
    @discardableResult
    public func requestSweep(_ request: SweepRequest = .run, _ entity: Entity = .lead) throws -> Int64 {
        try withRedis { redis in
            try SweepStore(redis).request(
                request, organization: org, entity: entity, now: RedisClock(redis).now())
        }
    }

    public func states(_ entity: Entity = .lead) throws -> [SweepState] {
        try withRedis { redis in
            let count = try RegistryReader(redis).settings(of: org)?.partitions ?? 1
            return try SweepStore(redis).states(
                of: (0..<count).map { Partition(organization: org, kind: RecordKind(entity), number: $0) })
        }
    }

    /// Whether every partition has started that sweep or a later one, and has no work left.
    public func isOver(_ number: Int64, _ entity: Entity = .lead) throws -> Bool {
        try states(entity).allSatisfy { $0.started >= number && !$0.hasWork }
    }

    public func setRanges(_ ranges: GradeRanges, _ entity: Entity = .lead) throws {
        try withRegistry { try $0.setRanges(ranges, of: entity, organization: org) }
    }

    /// What takes ten seconds else: the leases of holders that died lapse.
    public func lapseLeases(_ kind: RecordKind = .lead) throws {
        try withRedis { redis in
            let count = try RegistryReader(redis).settings(of: org)?.partitions ?? 1
            for number in 0..<count {
                let sweep = Partition(organization: org, kind: kind, number: number).sweep
                if try redis.call("HEXISTS", sweep, "lease").int == 1 { try redis.call("HSET", sweep, "lease", 0) }
            }
        }
    }

    /// Looks at a sweep again and again until it stands as is asked for. Between looks no time is lost.
    ///
    /// - Returns: false if it was over before.
    public func catchSweep(
        _ number: Int64, _ entity: Entity = .lead, _ holds: ([SweepState]) -> Bool
    ) throws -> Bool {
        try withRedis { redis in
            let count = try RegistryReader(redis).settings(of: org)?.partitions ?? 1
            let partitions = (0..<count).map { Partition(organization: org, kind: RecordKind(entity), number: $0) }
            let end = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < end {
                let states = try SweepStore(redis).states(of: partitions)
                if holds(states) { return true }
                if states.allSatisfy({ $0.started >= number && !$0.hasWork }) { return false }
            }
            return false
        }
    }
}
