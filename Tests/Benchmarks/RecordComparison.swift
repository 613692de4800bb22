import CSimdjson
import Contract
import Foundation
import LeadModel
import Registry

/// What a new lead costs a worker's processor in its own steps, no server beside: each step's microseconds a record
/// beside what simdjson takes to parse the event, which is the least that a reader of JSON could do.
struct RecordComparison {
    var rounds: Int

    /// In the order of a turn. `all` is a new lead's whole way and the giving back of its memory; no part of it are
    /// `decode`, the reading of a stored record, and `choose`, where nine models' filters of three conditions are not met.
    enum Step: String, CaseIterable, Codable { case parse, read, merge, score, encode, result, all, decode, choose }

    struct Figures: Codable {
        var bench = "record"
        var rounds: Int
        /// Microseconds of processor a record: the least of the rounds, since others use the machine too.
        var microseconds: [String: Double]
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
            return rows.joined(separator: "\n")
        }
    }

    func run() throws -> Figures {
        let now = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        let leads = try BenchLeads(now: now)
        let bodies = (0..<2000).map { leads.event($0, id: "bench-\($0)", organization: "acme") }
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
        return Figures(
            rounds: rounds,
            microseconds: Dictionary(uniqueKeysWithValues: least.map { ($0.rawValue, ($1 * 100).rounded() / 100) }),
            bytes: bytes)
    }
}

/// All bodies once, a turn's worth at a time, so that memory is met as in a turn.
private struct Round {
    var seconds: [RecordComparison.Step: Double] = [:]
    var bytes = ["event": 0, "record": 0, "result": 0]
    private let reader = EventReader()
    private let writer = ResultWriter(organization: "acme", entity: .lead)
    private let version = ModelVersion(name: "bench", version: 1)
    private var names = NameTable(incarnation: "bench")
    private let scopes: [PreparedScope]

    init(bodies: [[UInt8]], scorecard: Scorecard, now: Moment) throws {
        scopes = try BenchLeads.unmetScopes().map { PreparedScope($0.scope) }
        guard let parser = json_reader_new(1 << 20, 64) else { throw BenchError("out of memory") }
        defer { json_reader_free(parser) }
        for start in stride(from: 0, to: bodies.count, by: 100) {
            let turn = bodies[start..<min(start + 100, bodies.count)]
            time(.parse) { _ in for body in turn { _ = json_reader_parse(parser, body, body.count) } }
            let made = try time(.all) { try $0.way(of: turn, scorecard: scorecard, now: now) }
            let decoded = try time(.decode) { round in
                try made.blobs.map { try RecordBlob.decode($0, names: round.names) }
            }
            guard decoded.allSatisfy({ $0.scoring != nil }) else { throw BenchError("a stored record lost its score") }
            let met = time(.choose) { round in
                decoded.count { record in round.scopes.contains { $0.contains(record, RelatedEntities(), at: now) } }
            }
            guard met == 0 else { throw BenchError("a lead meets a filter that none should meet") }
            bytes["event"]! += turn.reduce(0) { $0 + $1.count }
            bytes["record"]! += made.blobs.reduce(0) { $0 + $1.count }
            bytes["result"]! += made.results.reduce(0) { $0 + ($1?.body.count ?? 0) }
        }
    }

    private mutating func way(
        of turn: ArraySlice<[UInt8]>, scorecard: Scorecard, now: Moment
    ) throws -> (blobs: [[UInt8]], results: [ResultMessage?]) {
        let events = try time(.read) { round in
            try turn.map { body in
                let reading = round.reader.read(
                    body: body, contentType: Names.ContentType.event, routingKey: "acme.lead.created", now: now)
                guard case .elements(let elements) = reading.content, case .event(let event)? = elements.first
                else { throw BenchError("an event of the bench is refused") }
                return event
            }
        }
        let decisions = time(.merge) { _ in
            events.map {
                Decision(
                    about: MergedRecord(base: Record(), events: [$0]),
                    in: .init(published: ModelVersion(name: "m", version: 1)))
            }
        }
        let records = time(.score) { round in
            decisions.map { decision in
                decision.committed(now: now) { revision in
                    let evidence = scorecard.evidence(of: decision.record, at: now)
                    let probability = scorecard.probability(evidence)
                    return Scoring(
                        revision: revision, model: round.version, evidence: evidence, probability: probability,
                        grade: GradeRanges.standard.grade(of: score(probability: probability)),
                        previousScore: nil, previousGrade: nil, trigger: .realtime, at: now)
                }
            }
        }
        let blobs = time(.encode) { round in records.map { RecordBlob.encode($0, names: &round.names) } }
        let results = time(.result) { round in
            zip(events, records).map { round.writer.scoring(of: $1, id: $0.recordID, scorecard: scorecard) }
        }
        return (blobs, results)
    }

    private mutating func time<Answer>(
        _ step: RecordComparison.Step, _ work: (inout Round) throws -> Answer
    ) rethrows -> Answer {
        let begin = ProcessorTime.secondsOfThread()
        defer { seconds[step, default: 0] += ProcessorTime.secondsOfThread() - begin }
        return try work(&self)
    }
}
