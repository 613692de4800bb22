import LeadModel
import Testing

@Suite("A record's stage, days in stage and process are read like attributes")
struct CoreAttributeTests {
    private static let now = Moment(rfc3339: "2026-11-01T00:00:00Z")!

    /// Reads days in stage with an edge at 30, two stages, and a process.
    private static func card(closing: [String] = []) -> Scorecard {
        func bins(_ labels: [String], isAge: Bool = false) -> [Scorecard.Bin] {
            (labels + (isAge ? ["missing", "unseen"] : ["missing", "rare", "unseen"])).enumerated().map {
                .init(label: $1, points: Double($0) / 8, records: 50, positives: 20)
            }
        }
        return Scorecard(
            entity: .opportunity, intercept: 0,
            attributes: [
                .init(
                    name: "process", reading: .category(.init(bins: ["renewal": 0], rare: [])),
                    bins: bins(["Renewal"])),
                .init(
                    name: "stage",
                    reading: .category(.init(bins: ["demo": 0, "offer": 1], rare: [], orderedCount: 2)),
                    bins: bins(["Demo", "Offer"])),
                .init(name: "stageSince", reading: .age(edges: [30]), bins: bins(["short", "long"], isAge: true)),
            ], missing: [], stages: .init(order: ["Demo", "Offer"], closing: closing, medianDays: 12),
            training: .init(asOf: nil, positives: 100, negatives: 100, seed: 1),
            quality: .init(auc: 0.7, logLoss: 0.6, accuracy: 0.6))
    }

    private static func record(_ fields: [(Field, Value?)]) -> Record {
        var record = Record()
        let stamp = Stamp(time: now, sequence: nil, order: 1)
        record.cells = SortedTable(fields.map { .init(key: $0.0, value: .init(stamp: stamp, value: $0.1)) })
        return record
    }

    private static func ago(days: Int64) -> Value { .number(Double(now.adding(seconds: -days * 86_400).milliseconds)) }

    @Test("they come from the record's fields, at the scoring's reference time; without the fields they are missing")
    func fields() {
        let card = Self.card()
        let fields: [(Field, Value?)] = [
            (.process, .text("Renewal")), (.stage, .text("offer")), (.stageSince, Self.ago(days: 45)),
            (.name, .text("Deal")), (.attribute("amount"), .number(7)),
        ]
        #expect(card.evidence(of: Self.record(fields), at: Self.now).bins == [0, 1, 1])
        #expect(card.evidence(of: Self.record(fields), at: Self.now.adding(seconds: -20 * 86_400)).bins == [0, 1, 0])
        #expect(card.evidence(of: Self.record([(.name, .text("Deal"))]), at: Self.now).bins == [1, 2, 2])
        let early = Self.record([(.stageSince, Self.ago(days: -1))])
        #expect(card.evidence(of: early, at: Self.now).bins == [1, 2, 2], "what lies ahead is missing")
        for record in [Self.record(fields), early] {
            let values = record.coreAttributes
            #expect(card.evidence(of: values, at: Self.now) == card.evidence(of: record, at: Self.now))
        }
    }

    @Test("an attribute of the same name takes precedence over the field, but its null tombstone doesn't")
    func attributes() {
        let card = Self.card()
        let both: [(Field, Value?)] = [(.stage, .text("Demo")), (.attribute("stage"), .text("Offer"))]
        #expect(card.evidence(of: Self.record(both), at: Self.now).bins[1] == 1)
        #expect(Self.record(both).reading(.stage) == .text("Offer") && Self.record(both).coreAttributes.isEmpty)
        let removed: [(Field, Value?)] = [(.stage, .text("Demo")), (.attribute("stage"), nil)]
        #expect(card.evidence(of: Self.record(removed), at: Self.now).bins[1] == 0)
        #expect(Self.record(removed).reading(.stage) == .text("Demo"))
    }

    @Test("a closing stage and the days in it count as missing, also in a what-if")
    func closing() throws {
        let card = Self.card(closing: ["Closed Won"])
        func evidence(_ stage: Value) -> [UInt16] {
            card.evidence(of: Self.record([(.stage, stage), (.stageSince, Self.ago(days: 5))]), at: Self.now).bins
        }
        #expect(evidence(.text("Demo")) == [1, 0, 0])
        #expect(evidence(.text("CLOSED won ")) == [1, 2, 2])
        let demo = Evidence(bins: evidence(.text("Demo")))
        let what = try #require(card.evidence(demo, with: .text("Closed Won"), of: "stage", at: Self.now))
        #expect(what.bins == [1, 2, 2])
    }

    @Test("such a scorecard has format 3, which older readers refuse; all others keep format 2")
    func format() throws {
        let card = Self.card(closing: ["Closed Won"])
        let text = String(decoding: card.artifact(), as: UTF8.self)
        #expect(text.contains("leadline-scorecard/3") && text.contains("\"closing\" : [\n      \"Closed Won\"\n    ]"))
        let read = try Scorecard(artifact: card.artifact())
        #expect(read == card && read.stages.medianDays == 12 && read.attributes[1].orderedCount == 2)
        #expect(String(decoding: HandMade.card.artifact(), as: UTF8.self).contains("leadline-scorecard/2"))
    }
}
