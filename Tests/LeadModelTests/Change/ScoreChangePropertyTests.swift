import LeadModel
import Testing

@Suite("Why a score changed, on random scorecards and records")
struct ScoreChangePropertyTests {
    private static let seeds = (0..<40).map { UInt64($0) }

    /// A record with its scorings, as a worker makes them.
    private struct Life {
        var scorecards: RandomScorecards
        var cards: [ModelVersion: Scorecard] = [:]
        var record: Record
        var at = RandomScorecards.now.adding(days: 20)
        var model: ModelVersion
        var saidCount = 1
        var points: [ScoreChange.Point] = []

        init(seed: UInt64, versions: Int) {
            scorecards = RandomScorecards(seed: seed)
            for version in 1...versions { cards[ModelVersion(name: "m", version: version)] = scorecards.card() }
            model = ModelVersion(name: "m", version: 1)
            record = scorecards.record(for: cards[model]!)
            let at = at
            point(at: at, former: nil)
        }

        mutating func point(at moment: Moment, former: ModelVersion?) {
            let evidence = cards[model]!.evidence(of: record, at: moment)
            points.append(
                .init(
                    at: moment, model: model, probability: cards[model]!.probability(evidence), evidence: evidence,
                    former: former.map { .init(model: $0, evidence: cards[$0]!.evidence(of: record, at: moment)) }))
        }

        /// Some values of the record change.
        mutating func change() {
            var fields: [FieldValue] = []
            for attribute in cards[model]!.attributes where scorecards.random.chance(0.3) {
                fields.append(FieldValue(.attribute(AttributeName(Exact(attribute.name))), scorecards.value()))
            }
            saidCount += 1
            record.merge([
                RecordEvent(
                    kind: .lead, verb: .updated, recordID: "L", source: "test", id: "\(saidCount)",
                    time: Moment(milliseconds: Int64(saidCount)), isPatch: true, fields: fields)
            ])
        }

        mutating func wait() {
            let seconds = scorecards.random.pick([0, 1, 60, 86_400, 216_000, 1_000_000, 4_000_000])
            at = at.adding(seconds: Int64(seconds) + Int64.random(in: 0...2, using: &scorecards.random))
        }

        mutating func turnToVersion() -> ModelVersion {
            let former = model
            model = scorecards.random.pick(cards.keys.sorted { $0.version < $1.version })
            return former
        }
    }

    @Test(
        "all parts add up to the difference of the log-odds, for any changes of record, time, version and evidence",
        arguments: seeds)
    func addUp(seed: UInt64) {
        for round in 0..<60 {
            var life = Life(seed: seed * 1000 + UInt64(round), versions: 3)
            var isWhole = true
            for _ in 0..<Int.random(in: 1...6, using: &life.scorecards.random) {
                if life.scorecards.random.chance(0.6) { life.change() }
                life.wait()
                let former = life.scorecards.random.chance(0.4) ? life.turnToVersion() : life.model
                let at = life.at
                guard former != life.model else {
                    life.point(at: at, former: nil)
                    continue
                }
                let others: [ModelVersion?] = [former, former, former, nil, life.model]
                let told = life.scorecards.random.pick(others)
                isWhole = isWhole && told == former
                life.point(at: at, former: told)
            }
            if life.scorecards.random.chance(0.2) {
                for index in 0..<Int.random(in: 1...life.points.count, using: &life.scorecards.random) {
                    (life.points[index].evidence, isWhole) = (nil, false)
                }
            }
            let change = ScoreChange(series: life.points) { life.cards[$0] }
            let parts = change.parts
            #expect(abs(parts.total - (change.after - change.before)) < 1e-9)
            #expect(parts.untold == 0 || !change.gaps.isEmpty, "why it is untold is told")
            let sum = change.attributes.map(\.parts.total).reduce(change.intercept + parts.untold, +)
            #expect(abs(sum - (change.after - change.before)) < 1e-9)
            #expect(abs(change.attributes.map(\.parts.record).reduce(0, +) - parts.record) < 1e-9)
            #expect(abs(change.attributes.map(\.parts.time).reduce(0, +) - parts.time) < 1e-9)
            #expect(abs(change.attributes.map(\.parts.model).reduce(change.intercept, +) - parts.model) < 1e-9)
            for (end, point) in [(change.before, life.points[0]), (change.after, life.points[life.points.count - 1])] {
                let card = life.cards[point.model]!
                // The nearer a probability is to 0 or 1, the less exactly it gives the log-odds.
                if let evidence = point.evidence { #expect(end == card.logOdds(evidence)) }
                #expect(abs(logistic(end) - point.probability) < 1e-12)
            }
            guard isWhole else { continue }
            #expect(parts.untold == 0)
            for attribute in change.attributes {
                let moved = (attribute.after?.share ?? 0) - (attribute.before?.share ?? 0)
                #expect(abs(attribute.parts.total - moved) < 1e-9, "its shares moved by its parts")
            }
        }
    }

    @Test("time's effect is never attributed to the record: an unchanged record has no part", arguments: seeds)
    func timeAlone(seed: UInt64) {
        var agedCount = 0
        for round in 0..<60 {
            var life = Life(seed: seed * 1000 + UInt64(round), versions: 2)
            for step in 0..<4 {
                life.wait()
                let former = step == 2 ? life.turnToVersion() : life.model
                let at = life.at
                life.point(at: at, former: former == life.model ? nil : former)
            }
            let change = ScoreChange(series: life.points) { life.cards[$0] }
            #expect(change.parts.record == 0 && change.attributes.allSatisfy { $0.parts.record == 0 })
            if change.parts.time != 0 { agedCount += 1 }
        }
        #expect(agedCount > 0)
    }

    @Test(
        "only ages and what is worth points with ages have a time part; an attribute that didn't move has a part only through others",
        arguments: seeds)
    func notTimes(seed: UInt64) {
        for round in 0..<60 {
            var life = Life(seed: seed * 1000 + UInt64(round), versions: 1)
            life.change()
            life.wait()
            let at = life.at
            life.point(at: at, former: nil)
            let card = life.cards[life.model]!
            let (old, new) = (life.points[0].evidence!, life.points[1].evidence!)
            let change = ScoreChange(series: life.points) { _ in card }
            let parts = Dictionary(
                change.attributes.map { (Exact($0.name), $0.parts) }, uniquingKeysWith: { first, _ in first })
            func mates(_ place: Int) -> [Int] {
                card.pairs.compactMap { $0.first == place ? $0.second : $0.second == place ? $0.first : nil }
                    + card.triples.filter { $0.attributes.contains(place) }.flatMap(\.attributes).filter { $0 != place }
            }
            func isAge(_ place: Int) -> Bool {
                if case .age = card.attributes[place].reading { true } else { false }
            }
            func stood(_ place: Int) -> Bool { card.bins(of: place, in: old) == card.bins(of: place, in: new) }
            for (place, attribute) in card.attributes.enumerated() {
                let its = parts[Exact(attribute.name)] ?? .init()
                if !isAge(place), !mates(place).contains(where: isAge) { #expect(its.time == 0) }
                if stood(place), mates(place).allSatisfy(stood) { #expect(its == .init()) }
            }
        }
    }
}
