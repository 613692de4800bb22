import Contract
import Foundation
import LeadModel
import Rabbit

/// The rate of a sweep by two workers beside that at which a bare publisher gets the same results confirmed by the same
/// broker: the same bodies under the same keys to the same exchange, with the same queues bound. In each round the sweep,
/// then the publisher with what came of it.
///
/// A sweep's time runs from the word that asks for it to its last result, so the start counts.
struct SweepComparison {
    var rounds: Int
    var records: Int
    var folder: String

    private static let workers = 2
    /// What a worker's lane sends in one go, and has under way at most.
    private static let (batch, window) = (256, 1280)

    func run() throws -> SweepFigures {
        note("leads and a scorecard are made")
        let start = ContinuousClock.now
        let leads = try BenchLeads(now: Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
        let ground = try Ground(folder: folder + "/sweep", fsync: .everysecond, leads: leads)
        defer { ground.stop() }
        var figures = SweepFigures(records: records)
        for number in 1...rounds {
            let (sweep, results) = try self.sweep(on: ground)
            let round = SweepFigures.Round(sweep: sweep, publisher: try publish(results, on: ground))
            note(
                "round \(number): a sweep \(short(round.sweep.rate)) records/s, the publisher "
                    + "\(short(round.publisher.rate)), \(short(round.ratio)) of it; others used "
                    + "\(percent(round.sweep.others)) and \(percent(round.publisher.others)) of a core")
            figures.rounds.append(round)
            figures.resultBytes = results.reduce(0) { $0 + $1.body.count } / max(1, results.count)
        }
        figures.seconds = ((ContinuousClock.now - start) / .seconds(1)).rounded()
        return figures
    }

    private func sweep(on ground: Ground) throws -> (SweepFigures.Side, [ReceivedMessage]) {
        try ground.clear(for: .worker)
        let workers = try ground.startWorkers(Self.workers)
        defer { for worker in workers { worker.stop() } }
        let run = try ground.storeChanged(records)
        func clocks() -> SweepFigures.Clocks {
            .init(ground, own: workers.reduce(0) { $0 + ProcessorTime.seconds(of: $1.processID) })
        }
        let before = clocks()
        let sweep = try ground.requestSweep()
        try ground.awaitSweep(by: workers) { try records - ground.resultCount() }
        let side = SweepFigures.Side(before, clocks(), records: records)
        try ground.wait(atMost: .seconds(10), for: "the sweep's end") { try ground.isSwept(sweep) }
        return (side, try results(of: run, on: ground))
    }

    /// Each record must have one result.
    private func results(of run: String, on ground: Ground) throws -> [ReceivedMessage] {
        var (results, ids) = ([ReceivedMessage](), Set<String>())
        try ground.listen(prefetch: 2000) { receive in
            while let delivery = try receive(.milliseconds(results.count < records ? 3000 : 200)) {
                let id = delivery.resultID?.record.text ?? ""
                if id.hasPrefix(run + "-") { ids.insert(id) }
                results.append(delivery)
            }
        }
        guard ids.count == records, results.count == records else {
            throw BenchError("\(records) records were swept: \(results.count) results came, of \(ids.count) of them")
        }
        return results
    }

    private func publish(_ results: [ReceivedMessage], on ground: Ground) throws -> SweepFigures.Side {
        try ground.purgeResults()
        let publisher = try Publisher(ground.brokerAddress, name: "bench, publishing", heartbeat: 0)
        defer { publisher.close() }
        func confirm(upTo outstanding: Int) throws {
            guard publisher.outstanding > outstanding else { return }
            let problems = try publisher.awaitConfirms(
                through: publisher.last - UInt64(outstanding), timeout: .seconds(60))
            guard problems?.isEmpty ?? false else { throw BenchError("the broker refused results") }
        }
        let before = SweepFigures.Clocks(ground, own: ProcessorTime.secondsOfThread())
        for start in stride(from: 0, to: results.count, by: Self.batch) {
            try publisher.inOneGo {
                for result in results[start..<min(results.count, start + Self.batch)] {
                    try publisher.publish(
                        result.body, to: Names.scores.name, routingKey: result.routingKey,
                        properties: result.properties, mandatory: true)
                }
            }
            try confirm(upTo: Self.window - Self.batch)
        }
        try confirm(upTo: 0)
        return .init(
            before, SweepFigures.Clocks(ground, own: ProcessorTime.secondsOfThread()), records: results.count)
    }
}
