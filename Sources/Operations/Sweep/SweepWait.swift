import Fleet
import Foundation
import LeadModel
import Redis
import Registry

/// Requests sweeps of one organization and waits until every partition has started them and has nothing left. It starts
/// partitions that no worker has started yet; only workers score the records.
struct SweepWait {
    private let organization: String
    private let entities: [Entity]
    private let redis: RedisConnection
    private let clockOffset: Int64

    private static let pause = 0.3
    private static let patience = Duration.seconds(15)

    init(_ organization: String, _ entities: [Entity], _ redis: RedisConnection, clockOffset: Int64) {
        (self.organization, self.entities, self.redis) = (organization, entities, redis)
        self.clockOffset = clockOffset
    }

    func run(_ request: SweepRequest, progress: (SweepProgress) -> Void) throws -> [SweptEntity] {
        let numbers = try store(request)
        progress(.requested(entities))
        var reported: Set<String> = []
        return try withoutActuallyEscaping(progress) { progress in
            let starts = SweepStarts(redis) { if reported.insert($0).inserted { progress(.warning($0)) } }
            var (seen, moved, isReported) = ((-1, -1), ContinuousClock.now, false)
            while true {
                guard let look = try starts.look(organization, now: try now()) else {
                    throw SweepError.organizationGone
                }
                let states = look.states.filter { $0.partition.kind.entity.map { numbers[$0] != nil } ?? false }
                if states.allSatisfy({ isDone($0, numbers) }) {
                    return entities.map { entity in
                        let own = states.filter { $0.partition.kind == RecordKind(entity) }
                        return SweptEntity(entity: entity, records: own.map(\.total).reduce(0, +))
                    }
                }
                let counts = (states.map(\.total).reduce(0, +), states.map(\.left).reduce(0, +))
                if counts != seen || states.contains(where: \.isHeld) { (seen, moved) = (counts, .now) }
                if !isReported, .now - moved > Self.patience {
                    isReported = true
                    progress(.notTaken)
                }
                progress(.records(done: counts.0 - counts.1, total: counts.0))
                Thread.sleep(forTimeInterval: Self.pause)
            }
        }
    }

    private func isDone(_ state: SweepState, _ numbers: [Entity: Int64]) -> Bool {
        state.started >= numbers[state.partition.kind.entity ?? .lead] ?? 0 && state.isSwept
    }

    /// Stores the request.
    ///
    /// - Returns: the sweep's number by entity.
    private func store(_ request: SweepRequest) throws -> [Entity: Int64] {
        let store = SweepStore(redis)
        let count = try RegistryReader(redis).requiredSettings(of: organization).partitions
        var numbers: [Entity: Int64] = [:]
        for entity in entities {
            let partitions = (0..<count).map {
                Partition(organization: organization, kind: RecordKind(entity), number: $0)
            }
            // Higher than the number of every started sweep, even if another clock was ahead.
            let started = try store.states(of: partitions).map(\.started).max() ?? 0
            let number = max(try now(), Moment(milliseconds: min(started, .max - 1) + 1))
            numbers[entity] = try store.request(request, organization: organization, entity: entity, now: number)
        }
        return numbers
    }

    private func now() throws -> Moment { try RedisClock(redis).now().adding(seconds: clockOffset) }
}
