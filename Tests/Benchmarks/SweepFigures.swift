import Foundation

/// What the comparison of a sweep with a bare publisher found.
struct SweepFigures {
    /// What the requirement asks of `ratio`.
    static let bar = 0.4

    var records: Int
    var resultBytes = 0
    var rounds: [Round] = []
    var seconds = 0.0

    init(records: Int) { self.records = records }

    struct Round {
        var sweep, publisher: Side

        var ratio: Double { sweep.rate / publisher.rate }
    }

    /// Processor seconds so far.
    struct Clocks {
        var at = ContinuousClock.now
        /// Of the workers, or of the publisher.
        var own, rabbitmq, redis, machine: Double

        init(_ ground: Ground, own: Double) {
            self.own = own
            rabbitmq = ProcessorTime.seconds(of: ground.broker.processID ?? 0)
            redis = ProcessorTime.seconds(of: ground.redis.processID ?? 0)
            machine = ProcessorTime.secondsOfMachine()
        }
    }

    struct Side {
        var rate: Double
        /// Processor seconds for 100,000 records.
        var own, rabbitmq, redis: Double
        /// Of cores in use: by us, and by all else on the machine.
        var ours, others: Double

        init(_ first: Clocks, _ last: Clocks, records: Int) {
            let seconds = (last.at - first.at) / .seconds(1)
            let per100k = 100_000 / Double(records)
            rate = Double(records) / seconds
            (own, rabbitmq, redis) = (last.own - first.own, last.rabbitmq - first.rabbitmq, last.redis - first.redis)
            ours = (own + rabbitmq + redis) / seconds
            others = max(0, (last.machine - first.machine) / seconds - ours)
            (own, rabbitmq, redis) = (own * per100k, rabbitmq * per100k, redis * per100k)
        }

        /// The medians of each side's rounds.
        static func table(_ sides: [(name: String, rounds: [Side])]) -> String {
            let header = ["", "records/s", "own CPU", "RabbitMQ", "Redis", "ours/cores", "others"]
            let rows = sides.map { name, rounds in
                [name]
                    + [\Side.rate, \.own, \.rabbitmq, \.redis, \.ours, \.others].map { path in
                        short(rounds.map { $0[keyPath: path] }.median)
                    }
            }
            return ([header] + rows).map { cells in
                cells[0].padding(toLength: 12, withPad: " ", startingAt: 0)
                    + cells.dropFirst().map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
            }.joined(separator: "\n")
        }
    }

    /// The median of the ratios within each round: what slows the machine down slows both.
    var ratio: Double { rounds.map(\.ratio).median }

    private func median(_ value: (Round) -> Double) -> Double { rounds.map(value).median }

    /// What holds a sweep back, as measured.
    private var limit: String {
        let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
        let (ours, others) = (median(\.sweep.ours), median(\.sweep.others))
        let parts = [
            ("RabbitMQ", median(\.sweep.rabbitmq)), ("the workers", median(\.sweep.own)),
            ("Redis", median(\.sweep.redis)),
        ].sorted { $0.1 > $1.1 }
        let all = parts.reduce(0) { $0 + $1.1 }
        let shares = parts.map { "\($0.0) \(percent($0.1 / all))" }.joined(separator: ", ")
        let idle = cores - ours - others
        return idle < 0.15 * cores
            ? "The \(Int(cores)) cores are all in use: processor time limits a sweep, and of it \(shares)."
            : "\(short(idle)) of \(Int(cores)) cores are idle: a sweep waits, for confirms or for Redis; of the "
                + "processor time \(shares)."
    }

    var text: String {
        let table = Side.table([("sweep", rounds.map(\.sweep)), ("publisher", rounds.map(\.publisher))])
        return """
            \(table)

            \(records) records, results of \(resultBytes) bytes; medians of \(rounds.count) rounds, CPU in seconds for 100,000.
            A sweep by two workers has \(short(ratio)) of the rate of a bare publisher of its results; the bar is \(Self.bar).
            \(limit)
            """
    }

    private struct Report: Codable {
        struct Side: Codable {
            var recordsPerSecond: [Double]
            var cpuSeconds: [String: Double]
            var coresInUse, coresOfOthers: Double
        }

        var bench = "sweep"
        var bar, ratio: Double
        var ratios: [Double]
        var records, resultBytes: Int
        var seconds: Double
        var sweep, publisher: Side
        var limit: String
    }

    func json() throws -> String {
        func side(_ side: (Round) -> Side, _ own: String) -> Report.Side {
            .init(
                recordsPerSecond: rounds.map { side($0).rate.rounded() },
                cpuSeconds: [
                    own: round3(median { side($0).own }), "rabbitmq": round3(median { side($0).rabbitmq }),
                    "redis": round3(median { side($0).redis }),
                ], coresInUse: round3(median { side($0).ours }), coresOfOthers: round3(median { side($0).others }))
        }
        let report = Report(
            bar: Self.bar, ratio: round3(ratio), ratios: rounds.map { round3($0.ratio) }, records: records,
            resultBytes: resultBytes, seconds: seconds, sweep: side(\.sweep, "workers"),
            publisher: side(\.publisher, "publisher"), limit: limit)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}
