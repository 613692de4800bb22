import Embedded
import Foundation
import LeadModel

/// The worker beside a bare forwarder and beside the same job in Python, on one broker and one Redis, in interleaved
/// rounds; once with each way of fsync.
struct WorkersComparison {
    var rounds: Int
    var leads: Int
    /// Of these there are figures; none: of all.
    var contenders: [Contender]
    var python: String
    var folder: String

    /// Of each way of fsync: the whole has to end within 45 minutes, the building before it included.
    private static let longest = Duration.seconds(18 * 60)
    private static let modes: [EmbeddedRedis.Fsync] = [.everysecond, .always]
    private static let latencySeconds = 3.0

    func run() throws -> WorkersFigures {
        let start = ContinuousClock.now
        note("leads and a scorecard are made")
        let benchLeads = try BenchLeads(now: Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
        var figures = WorkersFigures(rounds: rounds, leads: leads)
        for fsync in Self.modes {
            let modeStart = ContinuousClock.now
            let ground = try Ground(folder: "\(folder)/\(fsync.rawValue)", fsync: fsync, leads: benchLeads)
            defer { ground.stop() }
            try ground.takeSample()
            note(
                "\(fsync.rawValue): events of \(ground.sample.eventSize) bytes, records of \(ground.sample.blobSize), "
                    + "results of \(ground.sample.bodySize)")
            figures.sizes = .init(
                event: ground.sample.eventSize, record: ground.sample.blobSize, result: ground.sample.bodySize)
            var mode = ModeFigures()
            for round in 0..<rounds {
                // A round that would not end in time is not begun.
                let passed = ContinuousClock.now - modeStart
                if round > 0, passed / Double(round) * Double(round + 1) > Self.longest {
                    note(
                        "\(fsync.rawValue): time is up after \(round) of \(rounds) rounds; fewer --leads leave room for more"
                    )
                    break
                }
                try run(round, on: ground, &mode)
            }
            figures.modes[fsync.rawValue] = mode
        }
        figures.seconds = (ContinuousClock.now - start) / .seconds(1)
        return figures
    }

    private func run(_ round: Int, on ground: Ground, _ mode: inout ModeFigures) throws {
        let all = contenders.isEmpty ? Contender.allCases : contenders
        var drains: [Contender: Drain] = [:]
        // Each round begins with another one, so that none always follows the same.
        for place in all.indices {
            let contender = all[(place + round) % all.count]
            let drain = try ground.drain(contender, leads: leads / contender.share, python: python)
            drains[contender] = drain
            let busy = drain.use.contender + drain.use.rabbitmq + drain.use.redis
            note(
                "\(ground.redisFsync), round \(round + 1): \(contender.rawValue) \(Int(drain.recordsPerSecond)) records/s"
                    + (drain.duplicates > 0 ? ", \(drain.duplicates) results twice" : "")
                    + ", others used \(percent((drain.use.machine - busy) / drain.use.seconds)) of a core")
        }
        mode.rounds.append(drains)
        let rate = (drains[.worker]?.recordsPerSecond ?? 0) / 10
        guard contenders.isEmpty else { return }
        for contender in round % 2 == 0 ? [Contender.forwarder, .worker] : [.worker, .forwarder] {
            let pace = try ground.pace(
                contender, .steady(rate: rate, seconds: Self.latencySeconds), python: python)
            mode.latencies[contender, default: []].append(pace.latency)
        }
    }
}

func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
