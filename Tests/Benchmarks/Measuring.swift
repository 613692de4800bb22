import Contract
import Foundation
import LeadModel
import Rabbit

/// One drain of a prefilled queue: from the first results that are seen to the last.
struct Drain {
    var recordsPerSecond: Double
    /// Results beyond one for each lead.
    var duplicates: Int
    var use: Use

    /// Processor seconds.
    struct Use {
        var seconds: Double
        var records: Int
        var contender: Double
        var rabbitmq: Double
        var redis: Double
        /// All that the machine did, ours or not.
        var machine: Double
    }
}

/// How leads are published while their results are heard.
enum Load {
    /// So many a second.
    case steady(rate: Double, seconds: Double)
    /// As many as there is room for: so many are always under way.
    case full(leads: Int)

    fileprivate static let mostUnderWay = 2000

    fileprivate var count: Int {
        switch self {
        case .steady(let rate, let seconds): min(20_000, max(50, Int(rate * seconds)))
        case .full(let leads): leads
        }
    }
}

/// What came of leads that were published while their results were heard.
struct Pace {
    /// Results, from the first lead to the last result.
    var recordsPerSecond: Double
    var latency: Latency
    /// RabbitMQ's processor seconds for 100,000 of them.
    var rabbitmqPer100k: Double
}

/// Milliseconds from just before a lead is published to its result's arrival.
struct Latency {
    var p50: Double
    var p99: Double
}

extension Ground {
    /// A contender that brings nothing new for so long is stuck.
    static let patience = Duration.seconds(30)
    private static let longestDrain = Duration.seconds(240)

    private struct Reading {
        var at: ContinuousClock.Instant
        var results: Int
        var contender, rabbitmq, redis, machine: Double
    }

    private func reading(_ process: ChildProcess, results: Int) -> Reading {
        Reading(
            at: .now, results: results, contender: ProcessorTime.seconds(of: process.processID),
            rabbitmq: ProcessorTime.seconds(of: broker.processID ?? 0),
            redis: ProcessorTime.seconds(of: redis.processID ?? 0), machine: ProcessorTime.secondsOfMachine())
    }

    /// Lets a contender drain its queue. Its start does not count: the time runs from the first results.
    func drain(_ contender: Contender, leads: Int, python: String) throws -> Drain {
        try clear(for: contender)
        let run = try fill(leads, for: contender)
        let process = try contender.start(on: self, python: python)
        defer { process.stop() }
        let begin = ContinuousClock.now
        var first: Reading?
        var (most, progress) = (0, begin)
        while most < leads {
            let count = try resultCount()
            if count > most { (most, progress) = (count, .now) }
            if first == nil, count > 0 { first = reading(process, results: count) }
            let now = ContinuousClock.now
            guard process.isRunning, now - progress < Self.patience, now - begin < Self.longestDrain else {
                let what = process.isRunning ? "is stuck" : "ended"
                throw BenchError("\(contender.rawValue) \(what) after \(most) of \(leads) leads:\n\(process.lastWords)")
            }
            if most < leads { Thread.sleep(forTimeInterval: 0.01) }
        }
        let last = reading(process, results: leads)
        guard let first, last.results > first.results else {
            throw BenchError("\(leads) leads are too few for \(contender.rawValue): give more by --leads")
        }
        // Its last acks have no answer that could be waited for.
        Thread.sleep(forTimeInterval: 0.3)
        process.stop()
        let duplicates = try verify(contender, run: run, leads: leads)
        let elapsed = (last.at - first.at) / .seconds(1)
        let records = last.results - first.results
        return Drain(
            recordsPerSecond: Double(records) / elapsed, duplicates: duplicates,
            use: Drain.Use(
                seconds: elapsed, records: records, contender: last.contender - first.contender,
                rabbitmq: last.rabbitmq - first.rabbitmq, redis: last.redis - first.redis,
                machine: last.machine - first.machine))
    }

    /// Publishes leads and notes when each one's result comes. The first tenth of the latencies does not count.
    func pace(_ contender: Contender, _ load: Load, python: String) throws -> Pace {
        try clear(for: contender)
        let run = newRun()
        let count = load.count
        let process = try contender.start(on: self, python: python)
        defer { process.stop() }
        let publisher = try Publisher(brokerAddress, name: "bench, publishing", heartbeat: 0)
        defer { publisher.close() }
        var (sent, times) = ([ContinuousClock.Instant](), [Double?](repeating: nil, count: count))
        var arrived = 0
        var (begin, end) = (ContinuousClock.now, ContinuousClock.now)
        var rabbitmq = 0.0
        try listen(prefetch: 400) { receive in
            func hear(_ time: Duration) throws -> Bool {
                guard let delivery = try receive(time) else { return false }
                let now = ContinuousClock.now
                end = now
                let id = delivery.resultID?.record.text ?? ""
                guard id.hasPrefix(run + "-"), let number = Int(id.dropFirst(run.count + 1)), number < sent.count,
                    times[number] == nil
                else { return true }
                times[number] = (now - sent[number]) / .milliseconds(1)
                arrived += 1
                return true
            }
            func send() throws {
                sent.append(.now)
                try publish(sent.count - 1, of: run, for: contender, on: publisher)
                try publisher.poll()
            }
            // The first says that the contender has started.
            try send()
            let start = ContinuousClock.now
            while arrived == 0 {
                guard process.isRunning, ContinuousClock.now - start < Self.patience else {
                    throw BenchError("\(contender.rawValue) did not start:\n\(process.lastWords)")
                }
                _ = try hear(.milliseconds(100))
            }
            begin = .now
            rabbitmq = ProcessorTime.seconds(of: broker.processID ?? 0)
            switch load {
            case .steady(let rate, _):
                let pause = Duration.seconds(1) / max(1, rate)
                var due = begin
                while sent.count < count {
                    let now = ContinuousClock.now
                    if now >= due {
                        try send()
                        // What was missed is made up for, but not after a pause of the machine: that would be a burst.
                        due = max(due + pause, now - .milliseconds(50))
                    } else {
                        _ = try hear(due - now)
                    }
                }
            case .full:
                while sent.count < count {
                    if sent.count - arrived < Load.mostUnderWay { try send() } else { _ = try hear(.seconds(10)) }
                }
            }
            while arrived < count, try hear(.seconds(10)) {}
            rabbitmq = ProcessorTime.seconds(of: broker.processID ?? 0) - rabbitmq
        }
        guard arrived == count else {
            throw BenchError("\(contender.rawValue) was given \(count) leads one by one and gave \(arrived) results")
        }
        let sorted = times.dropFirst(count / 10).compactMap(\.self).sorted()
        return Pace(
            recordsPerSecond: Double(count - 1) / ((end - begin) / .seconds(1)),
            latency: Latency(
                p50: sorted[sorted.count / 2], p99: sorted[min(sorted.count - 1, sorted.count * 99 / 100)]),
            rabbitmqPer100k: rabbitmq / Double(count - 1) * 100_000)
    }
}

extension Array where Element == Double {
    /// Not a number if there is none.
    var median: Double {
        let sorted = self.sorted()
        guard !sorted.isEmpty else { return .nan }
        return sorted.count % 2 == 1
            ? sorted[sorted.count / 2] : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
    }
}
