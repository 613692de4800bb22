import Contract
import Fleet
import Foundation
import GRDB
import LeadModel
import Rabbit
import Redis
import Registry

/// The rate at which the ledger takes results from a full stream, beside that at which a worker had filled it: one after
/// the other in each round, the worker first, with the score stream as its only consumer.
///
/// Both begin with all their work waiting, and both times run from the first results seen to the last.
struct ProjectingComparison {
    var rounds: Int
    var records: Int
    var folder: String

    private static let patience = Duration.seconds(30)

    func run() throws -> ProjectingFigures {
        note("leads and a scorecard are made")
        let leads = try BenchLeads(now: Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
        let ground = try Ground(folder: folder + "/projecting", fsync: .everysecond, leads: leads)
        defer { ground.stop() }
        try ground.takeSample()
        // Another queue would slow the worker down, and make the bar lower.
        try ground.connection.unbind(
            queue: Ground.results, from: Names.scores.name, key: "#", on: ground.channel)
        var figures = ProjectingFigures(records: records, resultBytes: ground.sample.bodySize)
        for number in 1...rounds {
            // Each round begins with nothing in the ledger, and nothing in the stream.
            let path = ground.folder + "/ledger-\(number).sqlite"
            try ground.connection.deleteQueue(Names.scoresLog.name, on: ground.channel)
            try Topology.establish(on: ground.connection)
            try ground.clear(for: .worker)
            try ground.fill(records, for: .worker)
            note("round \(number): \(records) leads wait")
            let worker = try drain(ground)
            let ledger = try withLedger(ground, path) { process in
                try time(process, ground) { try count(path) }
            }
            let round = ProjectingFigures.Round(worker: worker, ledger: ledger)
            note(
                "round \(number): the worker \(short(worker.rate)) results/s, the ledger \(short(ledger.rate)), "
                    + "\(short(round.ratio)) of it; others used \(percent(worker.others)) and \(percent(ledger.others)) "
                    + "of a core")
            figures.rounds.append(round)
            figures.bytes = ((try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int) ?? 0
        }
        return figures
    }

    private func drain(_ ground: Ground) throws -> SweepFigures.Side {
        let worker = try Contender.worker.start(on: ground, python: "")
        defer { worker.stop() }
        return try time(worker, ground) { try stored(ground) }
    }

    /// Records that the worker has stored.
    private func stored(_ ground: Ground) throws -> Int {
        try (0..<Ground.partitions).reduce(0) { sum, number in
            let partition = Partition(organization: Ground.organization, kind: .lead, number: number)
            return sum + Int(try ground.store.call("HLEN", partition.records).int ?? 0)
        }
    }

    private func time(_ process: ChildProcess, _ ground: Ground, _ done: () throws -> Int) throws -> SweepFigures.Side {
        var first: (clocks: SweepFigures.Clocks, count: Int)?
        var (most, progress) = (0, ContinuousClock.now)
        func clocks() -> SweepFigures.Clocks {
            .init(ground, own: ProcessorTime.seconds(of: process.processID))
        }
        while true {
            let count = try done()
            if count > most { (most, progress) = (count, .now) }
            if first == nil, count > 0 { first = (clocks(), count) }
            if count >= records, let first { return .init(first.clocks, clocks(), records: records - first.count) }
            guard process.isRunning, ContinuousClock.now - progress < Self.patience else {
                throw BenchError("stuck after \(most) of \(records) records:\n\(process.lastWords)")
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }

    @discardableResult
    private func withLedger<Answer>(
        _ ground: Ground, _ path: String, _ work: (ChildProcess) throws -> Answer
    ) throws -> Answer {
        let process = try ChildProcess(
            Contender.program("leadline"), ["ledger", "run"],
            environment: [
                "LEADLINE_BROKER_URL": ground.broker.url, "LEADLINE_REDIS_URL": ground.redis.url,
                "LEADLINE_LEDGER_FILE": path,
            ], folder: ground.folder, log: ground.folder + "/ledger.log")
        defer { process.stop() }
        return try work(process)
    }

    /// Records in the ledger: none of a run leaves it, so the last one's number is their count.
    private func count(_ path: String) throws -> Int {
        // It is there once the ledger has begun.
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: path, configuration: configuration).read { db in
            guard try db.tableExists("records") else { return 0 }
            return try Int.fetchOne(db, sql: "SELECT max(record) FROM records") ?? 0
        }
    }
}

/// What the comparison of projecting with the worker found.
struct ProjectingFigures {
    static let bar = 1.0

    var records, resultBytes: Int
    var rounds: [Round] = []
    /// Of the ledger's file in the end.
    var bytes = 0

    init(records: Int, resultBytes: Int) { (self.records, self.resultBytes) = (records, resultBytes) }

    struct Round {
        var worker, ledger: SweepFigures.Side

        var ratio: Double { ledger.rate / worker.rate }
    }

    var ratio: Double { rounds.map(\.ratio).median }

    private func median(_ value: (Round) -> Double) -> Double { rounds.map(value).median }

    var text: String {
        let table = SweepFigures.Side.table([("worker", rounds.map(\.worker)), ("ledger", rounds.map(\.ledger))])
        return """
            \(table)

            \(records) records a round, results of \(resultBytes) bytes; medians of \(rounds.count) rounds, CPU in seconds for 100,000.
            The ledger takes \(short(ratio)) times as many results a second as the worker made; the bar is \(Self.bar).
            Its file has \(bytes / 1_000_000) MB in the end, with \(records) records.
            """
    }

    func json() throws -> String {
        struct Report: Codable {
            var bench = "projecting"
            var bar, ratio: Double
            var ratios, worker, ledger: [Double]
            var cpuSeconds: [String: Double]
            var records, resultBytes, ledgerBytes: Int
        }
        let report = Report(
            bar: Self.bar, ratio: round3(ratio), ratios: rounds.map { round3($0.ratio) },
            worker: rounds.map { $0.worker.rate.rounded() }, ledger: rounds.map { $0.ledger.rate.rounded() },
            cpuSeconds: [
                "worker": round3(median(\.worker.own)), "ledger": round3(median(\.ledger.own)),
                "rabbitmqToLedger": round3(median(\.ledger.rabbitmq)),
            ], records: records, resultBytes: resultBytes, ledgerBytes: bytes)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}
