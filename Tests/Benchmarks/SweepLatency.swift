import Contract
import Foundation
import LeadModel
import Rabbit

/// What a new lead waits for its result while a sweep runs, beside the same without one: in each round leads come at a
/// modest steady rate as long as a sweep takes, and then as many with nothing else to do. The same two workers, whose
/// consumer hears all results.
struct SweepLatency {
    var rounds: Int
    var records: Int
    var folder: String

    /// New leads a second.
    private static let rate = 50.0

    struct Figures: Codable {
        var bench = "sweep-latency"
        /// What the requirement allows.
        var bar = 5.0
        /// Of the 99th percentiles, with a sweep to without: the median of the rounds' ratios, and each of them.
        var ratio = 0.0
        var ratios: [Double] = []
        var p50With: [Double] = []
        var p50Without: [Double] = []
        var p99With: [Double] = []
        var p99Without: [Double] = []
        /// New leads that came while the sweep ran.
        var samples: [Int] = []
        var records: Int
        var seconds = 0.0

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }

        var text: String {
            """
            A new lead waits \(short(p50With.median)) ms (p99 \(short(p99With.median))) for its result while \(records) \
            records are swept, and \(short(p50Without.median)) ms (p99 \(short(p99Without.median))) without; medians of \
            \(samples.count) rounds, of \(samples.min() ?? 0) leads or more each.
            The 99th percentile with a sweep is \(short(ratio)) times that without (median of the rounds' ratios: \
            \(ratios.map(short).joined(separator: ", "))); the bar is \(short(bar)).
            """
        }
    }

    func run() throws -> Figures {
        note("leads and a scorecard are made")
        let start = ContinuousClock.now
        let leads = try BenchLeads(now: Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
        let ground = try Ground(folder: folder + "/sweep-latency", fsync: .everysecond, leads: leads)
        defer { ground.stop() }
        var figures = Figures(records: records)
        for number in 1...rounds {
            try ground.clear(for: .worker)
            let workers = try ground.startWorkers(2)
            defer { for worker in workers { worker.stop() } }
            try ground.storeChanged(records)
            // Some to warm up with.
            _ = try latencies(on: ground) { $0 < 50 }
            var (sweep, looked, isSwept): (Int64?, ContinuousClock.Instant, Bool) = (nil, .now, false)
            let with = try latencies(on: ground) { _ in
                guard let sweep else {
                    sweep = try ground.requestSweep()
                    return true
                }
                if ContinuousClock.now - looked > .milliseconds(100) {
                    (looked, isSwept) = (.now, try ground.isSwept(sweep))
                }
                return !isSwept
            }
            let without = try latencies(on: ground) { $0 < with.count }
            figures.add(with.sorted(), without.sorted())
            note(
                "round \(number): p99 of \(with.count) leads \(short(figures.p99With.last!)) ms with a sweep, "
                    + "\(short(figures.p99Without.last!)) without; p50 \(short(figures.p50With.last!)) and "
                    + "\(short(figures.p50Without.last!))")
        }
        figures.ratio = round3(figures.ratios.median)
        figures.seconds = ((ContinuousClock.now - start) / .seconds(1)).rounded()
        return figures
    }

    /// Milliseconds from just before each lead is published to its result's arrival, of leads that are published as long as
    /// `goesOn`, which is given how many there were.
    private func latencies(on ground: Ground, while goesOn: (Int) throws -> Bool) throws -> [Double] {
        let run = ground.newRun()
        let publisher = try Publisher(ground.brokerAddress, name: "bench, publishing", heartbeat: 0)
        defer { publisher.close() }
        var (sent, latencies) = ([ContinuousClock.Instant](), [Double]())
        try ground.listen(prefetch: 2000) { receive in
            func hear(_ time: Duration) throws -> Bool {
                guard let delivery = try receive(time) else { return false }
                let id = delivery.resultID?.record.text ?? ""
                if id.hasPrefix(run + "-"), let number = Int(id.dropFirst(run.count + 1)) {
                    latencies.append((.now - sent[number]) / .milliseconds(1))
                }
                return true
            }
            let pause = Duration.seconds(1) / Self.rate
            var due = ContinuousClock.now
            while try goesOn(sent.count) {
                let now = ContinuousClock.now
                if now >= due {
                    sent.append(now)
                    try ground.publish(sent.count - 1, of: run, for: .worker, on: publisher)
                    try publisher.poll()
                    // What was missed is made up for, but not after a pause of the machine: that would be a burst.
                    due = max(due + pause, now - .milliseconds(50))
                } else {
                    _ = try hear(due - now)
                }
            }
            while latencies.count < sent.count, try hear(.seconds(10)) {}
        }
        guard latencies.count == sent.count else {
            throw BenchError("of \(sent.count) new leads \(latencies.count) results came")
        }
        return latencies
    }
}

extension SweepLatency.Figures {
    /// - Parameters: sorted latencies.
    fileprivate mutating func add(_ with: [Double], _ without: [Double]) {
        func at(_ share: Double, _ sorted: [Double]) -> Double {
            sorted.isEmpty ? .nan : round3(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
        }
        p50With.append(at(0.5, with))
        p50Without.append(at(0.5, without))
        p99With.append(at(0.99, with))
        p99Without.append(at(0.99, without))
        ratios.append(round3(at(0.99, with) / at(0.99, without)))
        samples.append(with.count)
    }
}
