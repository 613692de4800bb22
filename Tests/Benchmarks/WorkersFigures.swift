import Foundation

/// All drains of one way of fsync, by round.
struct ModeFigures {
    var rounds: [[Contender: Drain]] = []
    var latencies: [Contender: [Latency]] = [:]

    func speeds(_ contender: Contender) -> [Double] { rounds.compactMap { $0[contender]?.recordsPerSecond } }

    /// The median of the ratios within each round: what slows the machine down slows both.
    func ratio(_ a: Contender, to b: Contender) -> Double {
        rounds.compactMap { round in
            guard let a = round[a], let b = round[b] else { return nil }
            return a.recordsPerSecond / b.recordsPerSecond
        }.median
    }

    /// The ratio of the best rounds: on a noisy machine those that were disturbed least.
    func ratioOfBest(_ a: Contender, to b: Contender) -> Double {
        (speeds(a).max() ?? .nan) / (speeds(b).max() ?? .nan)
    }

    func median(_ contender: Contender, _ value: (Drain.Use) -> Double) -> Double {
        rounds.compactMap { $0[contender].map { value($0.use) } }.median
    }

    /// Processor seconds for 100,000 records.
    func per100k(_ contender: Contender, _ value: (Drain.Use) -> Double) -> Double {
        median(contender) { value($0) / Double($0.records) * 100_000 }
    }

    func latency(_ contender: Contender) -> Latency? {
        guard let all = latencies[contender] else { return nil }
        return Latency(p50: all.map(\.p50).median, p99: all.map(\.p99).median)
    }

    /// Of the machine's cores, what was used by neither contender nor servers: the noise.
    var othersShare: Double {
        let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
        return rounds.flatMap(\.values).map { drain in
            let use = drain.use
            return max(0, use.machine - use.contender - use.rabbitmq - use.redis) / use.seconds / cores
        }.median
    }
}

struct WorkersFigures {
    struct Sizes: Codable {
        var event, record, result: Int
    }

    var rounds: Int
    var leads: Int
    var seconds = 0.0
    var sizes = Sizes(event: 0, record: 0, result: 0)
    var modes: [String: ModeFigures] = [:]

    init(rounds: Int, leads: Int) { (self.rounds, self.leads) = (rounds, leads) }

    static let rivals: [Contender] = [.forwarder, .pikaAsync, .pikaBlocking, .celery]

    private static let always = "always"

    private var names: [String] { ["everysec", Self.always].filter { modes[$0] != nil } }
}

// MARK: Numbers

func short(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    return value >= 100
        ? "\(Int(value.rounded()))"
        : value >= 10 ? "\((value * 10).rounded() / 10)" : "\((value * 100).rounded() / 100)"
}

func round3(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

// MARK: For programs

extension WorkersFigures {
    private struct Spread: Codable {
        var median, min, max: Double

        init(_ values: [Double]) {
            (median, min, max) = (
                values.median.rounded(), (values.min() ?? .nan).rounded(), (values.max() ?? .nan).rounded()
            )
        }
    }

    private struct Usage: Codable {
        var worker, rabbitmq, redis: Double
    }

    private struct Percentiles: Codable {
        var p50, p99: Double
    }

    private struct Report: Codable {
        var bench = "workers"
        var rounds: [String: Int]
        var leads: Int
        var seconds: Double
        var cores: Int
        var bytes: Sizes
        var ratios, ratiosAlways: [String: Double]
        var ratiosOfBestRounds: [String: [String: Double]]
        var cpuSeconds, cpuSecondsAlways: Usage
        var cpuSecondsOfAll: [String: [String: Usage]]
        var recordsPerSecond: [String: [String: Spread]]
        var latencyMilliseconds: [String: [String: Percentiles]]
        var othersShareOfMachine: [String: Double]
        var findings: [String: [String]]
    }

    /// One object, keys sorted.
    func json() throws -> String {
        func ratios(_ ratio: (Contender, Contender) -> Double) -> [String: Double] {
            var ratios: [String: Double] = [:]
            for rival in Self.rivals { ratios["worker/\(rival.rawValue)"] = round3(ratio(.worker, rival)) }
            ratios["worker-2-lanes/worker"] = round3(ratio(.workerTwoLanes, .worker))
            ratios["worker-10-models/worker"] = round3(ratio(.workerTenModels, .worker))
            // With --only there is nothing of the others.
            return ratios.filter(\.value.isFinite)
        }
        let (everysec, always) = (modes["everysec"] ?? ModeFigures(), modes["always"] ?? ModeFigures())
        func usage(_ name: String, _ contender: Contender) -> Usage {
            let mode = modes[name] ?? ModeFigures()
            return Usage(
                worker: round3(mode.per100k(contender, \.contender)),
                rabbitmq: round3(mode.per100k(contender, \.rabbitmq)),
                redis: round3(mode.per100k(contender, \.redis)))
        }
        func byContender<Value>(_ value: (Contender) -> Value) -> [String: Value] {
            let measured = Contender.allCases.filter { one in modes.values.contains { !$0.speeds(one).isEmpty } }
            return Dictionary(uniqueKeysWithValues: measured.map { ($0.rawValue, value($0)) })
        }
        let report = Report(
            rounds: modes.mapValues(\.rounds.count), leads: leads, seconds: seconds.rounded(),
            cores: ProcessInfo.processInfo.activeProcessorCount, bytes: sizes, ratios: ratios(everysec.ratio),
            ratiosAlways: ratios(always.ratio),
            ratiosOfBestRounds: modes.mapValues { ratios($0.ratioOfBest) }, cpuSeconds: usage("everysec", .worker),
            cpuSecondsAlways: usage("always", .worker),
            cpuSecondsOfAll: Dictionary(
                uniqueKeysWithValues: names.map { name in (name, byContender { usage(name, $0) }) }),
            recordsPerSecond: modes.mapValues { mode in byContender { Spread(mode.speeds($0)) } },
            latencyMilliseconds: modes.mapValues { mode in
                Dictionary(
                    uniqueKeysWithValues: mode.latencies.keys.map { contender in
                        let latency = mode.latency(contender)
                        return (
                            contender.rawValue,
                            Percentiles(p50: round3(latency?.p50 ?? .nan), p99: round3(latency?.p99 ?? .nan))
                        )
                    })
            }, othersShareOfMachine: modes.mapValues { round3($0.othersShare) },
            findings: Dictionary(
                uniqueKeysWithValues: modes.map { ($0, findings($1, always: $0 == Self.always)) }))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}

// MARK: For people

extension WorkersFigures {
    func table() -> String {
        var lines = [
            "\(leads) leads of \(sizes.event) bytes (pika-async a third, pika-blocking and celery a thirtieth of them); "
                + "stored as \(sizes.record), published as \(sizes.result)."
        ]
        for name in names {
            guard let mode = modes[name] else { continue }
            lines.append("")
            lines.append(
                "Redis \(name), medians of \(mode.rounds.count) rounds; others used \(percent(mode.othersShare)) of the machine"
            )
            lines.append("")
            lines.append(
                row([
                    "", "records/s", "min", "max", "worker/it", "own CPU", "RabbitMQ", "Redis", "p50 ms", "p99 ms",
                ]))
            for contender in Contender.allCases {
                let speeds = mode.speeds(contender)
                let latency = mode.latency(contender)
                lines.append(
                    row([
                        contender.rawValue, short(speeds.median), short(speeds.min() ?? .nan),
                        short(speeds.max() ?? .nan),
                        contender == .worker ? "" : short(mode.ratio(.worker, to: contender)),
                        short(mode.per100k(contender, \.contender)), short(mode.per100k(contender, \.rabbitmq)),
                        short(mode.per100k(contender, \.redis)), latency.map { short($0.p50) } ?? "",
                        latency.map { short($0.p99) } ?? "",
                    ]))
            }
            lines.append("")
            lines += findings(mode, always: name == Self.always)
        }
        lines.append("")
        lines.append(
            "CPU in seconds per 100,000 records. Ratios are medians of the ratios within a round. Latency from just before "
                + "publishing to the result, at a tenth of one lane's full load.")
        return lines.joined(separator: "\n")
    }

    private func row(_ cells: [String]) -> String {
        cells.enumerated().map { index, cell in
            let pad = String(repeating: " ", count: max(0, (index == 0 ? 15 : 10) - cell.count))
            return index == 0 ? cell + pad : pad + cell
        }.joined()
    }
}
