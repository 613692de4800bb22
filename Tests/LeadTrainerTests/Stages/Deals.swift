import LeadModel

@testable import LeadTrainer

/// Made-up opportunities that go through four stages. A deal is likelier won the later its stage is, with a partner,
/// and if it was in its stage for a short time.
struct Deals: Sendable {
    static let asOf = Moment(rfc3339: "2026-11-01T00:00:00Z")!
    static let stages = ["1 - Contact", "2 - Demo", "3 - Offer", "4 - Contract"]

    /// The stage that a closed deal is seen in: of its own number, and how it ended.
    var seen: @Sendable (_ stage: Int, _ isWon: Bool) -> String? = { stage, _ in Deals.stages[stage] }
    /// Whether the record enters the stage by being closed.
    var entersAtClose: @Sendable (_ isWon: Bool) -> Bool = { _ in false }
    var tellsDates = true
    var count = 800
    var seed: UInt64 = 5

    func records() -> [TrainingRecord] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let (stage, isPartner) = (random.index(below: 4), random.unit() < 0.5)
            let days = 1 + random.index(below: 100)
            let logOdds = Double(stage) * 0.5 - 1 + (isPartner ? 0.5 : -0.5) - (days > 40 ? 1.2 : 0)
            let isWon = random.unit() < logistic(logOdds)
            let closed = Self.asOf.adding(seconds: -Int64(random.index(below: 200)) * 86_400)
            var attributes: [(name: Exact, value: Value)] = [
                ("channel", .text(isPartner ? "partner" : "direct")),
                ("amount", .number(Double(random.index(below: 100)))),
            ]
            if let seen = seen(stage, isWon) { attributes.append(("stage", .text(seen))) }
            if tellsDates {
                let since = closed.adding(seconds: entersAtClose(isWon) ? 0 : -Int64(days) * 86_400)
                attributes.append(("stageSince", .text(since.text)))
            }
            return TrainingRecord(
                attributes: attributes, isPositive: isWon, createdAt: closed.adding(seconds: -200 * 86_400),
                closedAt: closed)
        }
    }

    /// The stages of 40 open deals.
    static var open: OpenStages {
        var open = OpenStages()
        for number in 0..<40 { open.add(.text(stages[number % 4])) }
        return open
    }

    static func card(_ deals: Deals, open: OpenStages = OpenStages(), stageOrder: [String] = []) throws -> Scorecard {
        var options = TrainingOptions(entity: .opportunity)
        options.stageOrder = stageOrder
        return try Trainer.train(deals.records(), open: open, options: options).scorecard
    }

    /// An open deal that has been in a stage for a number of days.
    static func record(_ stage: String, days: Int = 10, _ attributes: [(String, Value)] = []) -> Record {
        var record = Record()
        let stamp = Stamp(time: asOf, sequence: nil, order: 1)
        var cells: [SortedTable<Field, Record.Cell>.Entry] = [
            .init(key: .stage, value: .init(stamp: stamp, value: .text(stage))),
            .init(
                key: .stageSince,
                value: .init(
                    stamp: stamp,
                    value: .number(Double(asOf.adding(seconds: -Int64(days) * 86_400).milliseconds)))),
        ]
        for (name, value) in attributes {
            cells.append(
                .init(
                    key: .attribute(AttributeName(Exact(name))),
                    value: .init(stamp: stamp, value: value)))
        }
        record.cells = SortedTable(cells)
        return record
    }
}
