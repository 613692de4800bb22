import Fleet
import Foundation
import LeadModel
import Redis
import Registry

/// Asks for sweeps of one organization and waits until every partition has started them and has nothing left. It tries the
/// starts itself, as workers do; the records are theirs to work off. If it is ended, the sweeps go on.
struct SweepWait {
    /// What an ask is, for people: "sweep", "republication".
    let what: String
    let organization: String
    let entities: [Entity]
    let redis: RedisConnection
    /// Seconds added to Redis's clock, for trials.
    let clockOffset: Int64

    private static let pause = 0.3
    private static let patience = Duration.seconds(15)

    /// - Returns: how many records each entity's sweep had.
    func run(_ ask: SweepRequest) throws -> [(entity: Entity, records: Int)] {
        let wanted = try self.ask(ask)
        printError("asked for a \(what) of \(organization)'s \(words); Ctrl-C leaves it running")
        var warned: Set<String> = []
        let starts = SweepStarts(redis) { if warned.insert($0).inserted { printError("warning: \($0)") } }
        let line = ProgressLine(what)
        defer { line.finish() }
        let begun = ContinuousClock.now
        var (seen, moved, isFanOut) = ((-1, -1), ContinuousClock.now, false)
        while true {
            guard let look = try starts.look(organization, now: try now()) else {
                throw Failure(.data, "organization \(organization) is gone")
            }
            let states = look.states.filter { $0.partition.kind.entity.map { wanted[$0] != nil } ?? false }
            if states.allSatisfy({ $0.started >= wanted[$0.partition.kind.entity ?? .lead] ?? 0 && $0.isSwept }) {
                return entities.map { entity in
                    (entity, states.filter { $0.partition.kind == RecordKind(entity) }.map(\.total).reduce(0, +))
                }
            }
            let progress = (states.map(\.total).reduce(0, +), states.map(\.left).reduce(0, +))
            if progress != seen || states.contains(where: \.isHeld) { (seen, moved) = (progress, .now) }
            if !isFanOut, .now - moved > Self.patience {
                isFanOut = true
                line.finish()
                printError(
                    """
                    no worker has taken it up for 15 s: is one running? `leadline worker` or `leadline up` starts one. It \
                    stays asked for, and this goes on waiting
                    """)
            }
            let (total, left) = progress
            line.show(total - left, of: total, note(total - left, of: total, since: begun))
            Thread.sleep(forTimeInterval: Self.pause)
        }
    }

    /// The sweep's number by entity.
    private func ask(_ ask: SweepRequest) throws -> [Entity: Int64] {
        let store = SweepStore(redis)
        let count = try RegistryReader(redis).requiredSettings(of: organization).partitions
        var wanted: [Entity: Int64] = [:]
        for entity in entities {
            let partitions = (0..<count).map {
                Partition(organization: organization, kind: RecordKind(entity), number: $0)
            }
            // Above all that was started, also where that was under another clock.
            let started = try store.states(of: partitions).map(\.started).max() ?? 0
            let number = max(try now(), Moment(milliseconds: started + 1))
            wanted[entity] = try store.request(ask, organization: organization, entity: entity, now: number)
        }
        return wanted
    }

    private func now() throws -> Moment { try RedisClock(redis).now().adding(seconds: clockOffset) }

    private var words: String { entities.map(\.plural).joined(separator: " and ") }

    /// "4500 of 10000 records, 900 a second, 6 s left"
    private func note(_ done: Int, of total: Int, since begun: ContinuousClock.Instant) -> String {
        let elapsed = max(0.001, (ContinuousClock.now - begun) / .seconds(1))
        let rate = Double(done) / elapsed
        var note = "\(done) of \(total) records"
        if rate > 0 {
            note += ", \(decimals(rate, rate < 10 ? 1 : 0)) a second, "
            note += "\(decimals(Double(total - done) / rate, 0)) s left"
        }
        return note
    }
}
