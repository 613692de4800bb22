import CSimdjson
import Contract
import Foundation
import Glibc
import LeadModel
import Registry

/// What a new lead costs a worker's processor in its own steps, no server beside: each step's microseconds a record
/// beside what simdjson takes to parse the event, which is the least that a reader of JSON could do.
struct RecordComparison {
    var rounds: Int

    /// In the order of a turn. `decode` is what reading the stored record again takes, which a new one has not.
    enum Step: String, CaseIterable, Codable { case parse, read, merge, score, encode, result, decode }

    struct Figures: Codable {
        var bench = "record"
        var rounds: Int
        /// Microseconds of processor a record: the least of the rounds, since others use the machine too.
        var microseconds: [String: Double]
        /// All that a new lead takes: read, merge, score, encode, result.
        var total: Double
        /// Of its bytes: the event, the stored record, the result.
        var bytes: [String: Int]

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }

        var text: String {
            let parse = microseconds[Step.parse.rawValue] ?? .nan
            func row(_ name: String, _ time: Double) -> String {
                name.padding(toLength: 10, withPad: " ", startingAt: 0)
                    + String(format: "%8.2f µs %8.1f × parse", time, time / parse)
            }
            let rows = Step.allCases.map { row($0.rawValue, microseconds[$0.rawValue] ?? .nan) }
            return (rows + [row("total", total)]).joined(separator: "\n")
        }
    }

    func run() throws -> Figures {
        let now = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let leads = try BenchLeads(now: now)
        let bodies = (0..<2000).map { Array(leads.event($0, id: "bench-\($0)", organization: "acme").utf8) }
        var least: [Step: Double] = [:]
        var bytes: [String: Int] = [:]
        for _ in 0..<rounds {
            let round = try Round(bodies: bodies, scorecard: leads.scorecard, now: now)
            for (step, seconds) in round.seconds {
                let time = seconds * 1_000_000 / Double(bodies.count)
                least[step] = min(least[step] ?? time, time)
            }
            bytes = round.bytes.mapValues { $0 / bodies.count }
        }
        let own: [Step] = [.read, .merge, .score, .encode, .result]
        return Figures(
            rounds: rounds,
            microseconds: Dictionary(uniqueKeysWithValues: least.map { ($0.rawValue, ($1 * 100).rounded() / 100) }),
            total: own.reduce(0) { $0 + (least[$1] ?? 0) }, bytes: bytes)
    }
}

/// All bodies once, a turn's worth at a time, so that memory is met as in a turn.
private struct Round {
    var seconds: [RecordComparison.Step: Double] = [:]
    var bytes = ["event": 0, "record": 0, "result": 0]

    init(bodies: [[UInt8]], scorecard: Scorecard, now: Moment) throws {
        guard let parser = json_reader_new(1 << 20, 64) else { throw BenchError("out of memory") }
        defer { json_reader_free(parser) }
        let reader = EventReader()
        let writer = ResultWriter(organization: "acme", entity: .lead)
        let version = ModelVersion(name: "bench", version: 1)
        var names = NameTable(incarnation: "bench")
        for start in stride(from: 0, to: bodies.count, by: 100) {
            let turn = bodies[start..<min(start + 100, bodies.count)]
            time(.parse) { for body in turn { _ = json_reader_parse(parser, body, body.count) } }
            let events = try time(.read) {
                try turn.map { body in
                    let reading = reader.read(
                        body: body, contentType: Names.ContentType.event, routingKey: "acme.lead.created", now: now)
                    guard case .elements(let elements) = reading.content, case .event(let event)? = elements.first
                    else { throw BenchError("an event of the bench is refused") }
                    return event
                }
            }
            let decisions = time(.merge) {
                events.map { Decision(base: Record(), events: [$0], hasModel: true, scoresUpdates: false) }
            }
            let records = time(.score) {
                decisions.map { decision in
                    decision.committed(now: now) { revision in
                        let evidence = scorecard.evidence(of: decision.record)
                        let probability = scorecard.probability(evidence)
                        return Scoring(
                            revision: revision, model: version, evidence: evidence, probability: probability,
                            grade: GradeRanges.standard.grade(of: score(probability: probability)),
                            previousScore: nil, previousGrade: nil, trigger: .realtime, at: now)
                    }
                }
            }
            let blobs = time(.encode) { records.map { RecordBlob.encode($0, names: &names) } }
            let results = time(.result) {
                zip(events, records).map { writer.scoring(of: $1, id: $0.recordID, scorecard: scorecard) }
            }
            let decoded = try time(.decode) { try blobs.map { try RecordBlob.decode($0, names: names) } }
            guard decoded == records else { throw BenchError("a stored record is not the one that was written") }
            bytes["event"]! += turn.reduce(0) { $0 + $1.count }
            bytes["record"]! += blobs.reduce(0) { $0 + $1.count }
            bytes["result"]! += results.reduce(0) { $0 + ($1?.body.count ?? 0) }
        }
    }

    private mutating func time<Answer>(
        _ step: RecordComparison.Step, _ work: () throws -> Answer
    ) rethrows -> Answer {
        let begin = Self.processorTime()
        defer { seconds[step, default: 0] += Self.processorTime() - begin }
        return try work()
    }

    /// Of this thread, in seconds.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
