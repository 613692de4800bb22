import LeadModel
import Testing

@Suite("Why a score changed")
struct ScoreChangeTests {
    private static func bins(_ labels: [String], _ points: [Double]) -> [Scorecard.Bin] {
        zip(labels, points).map { .init(label: $0, points: $1, records: 50, positives: 20) }
    }

    /// `source` is a category, `visit` an age with edges at 3 and 10 days. As a pair they have 0.4 more points if
    /// source is web and the visit was at least 10 days ago.
    private static func card(intercept: Double = -0.5, web: Double = 1, pairs: Bool = true) -> Scorecard {
        Scorecard(
            entity: .lead, intercept: intercept,
            attributes: [
                .init(
                    name: "source", reading: .category(.init(bins: ["web": 0, "fair": 1], rare: [])),
                    bins: bins(["web", "fair", "missing", "rare", "unseen"], [web, -0.5, 0, 0, 0])),
                .init(
                    name: "visit", reading: .age(edges: [3, 10]),
                    bins: bins(
                        ["under 3", "3 to 10", "10 and more", "missing", "not a date"], [0.8, 0.3, -0.6, -0.1, 0])
                ),
            ],
            pairs: pairs
                ? [
                    .init(
                        first: 0, second: 1, firstGroups: [1, 0, 0, 0, 0], secondGroups: [0, 0, 1, 0, 0],
                        points: [[0, 0], [0, 0.4]], records: [[9, 9], [9, 9]])
                ] : [],
            missing: [], training: .init(asOf: nil, positives: 60, negatives: 90, seed: 1),
            quality: .init(folds: 5, auc: 0.8, logLoss: 0.5, accuracy: 0.75))
    }

    private static let first = ModelVersion(name: "sales", version: 1)
    private static let second = ModelVersion(name: "sales", version: 2)
    private static let start = RandomScorecards.now

    private static func point(
        _ bins: [UInt16]?, days: Int = 0, _ model: ModelVersion = first, of card: Scorecard = card(),
        former: Scoring.Former? = nil
    ) -> ScoreChange.Point {
        .init(
            at: start.adding(days: days), model: model,
            probability: bins.map { card.probability(Evidence(bins: $0)) } ?? 0.25,
            evidence: bins.map { Evidence(bins: $0) }, former: former)
    }

    private func change(_ series: [ScoreChange.Point], second: Scorecard? = nil) -> ScoreChange {
        ScoreChange(series: series) { $0 == Self.first ? Self.card() : second }
    }

    private func expect(
        _ parts: ScoreChange.Parts?, record: Double = 0, time: Double = 0, model: Double = 0, untold: Double = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let parts else {
            Issue.record("there are no parts", sourceLocation: sourceLocation)
            return
        }
        for (is_, should) in [
            (parts.record, record), (parts.time, time), (parts.model, model), (parts.untold, untold),
        ] { #expect(abs(is_ - should) < 1e-12, "\(parts)", sourceLocation: sourceLocation) }
    }

    @Test("a new value is attributed to the record if the elapsed days can't explain the move")
    func record() throws {
        // From web to fair, and from a visit at least 10 days ago to one under 3 days ago.
        let change = change([Self.point([0, 2]), Self.point([1, 0], days: 5)])
        // −1.5 and half of the pair's −0.4; +1.4 and the other half.
        expect(change.parts, record: -1.5 + 1.4 - 0.4)
        #expect(change.attributes.map(\.name) == ["source", "visit"])
        expect(change.attributes[0].parts, record: -1.7)
        expect(change.attributes[1].parts, record: 1.2)
        let visit = change.attributes[1]
        #expect(visit.before?.label == "10 and more" && visit.after?.label == "under 3")
        #expect(visit.before?.share == -0.6 + 0.2 && visit.after?.share == 0.8)
        #expect(abs(change.after - change.before - change.parts.total) < 1e-12)
    }

    @Test("a value that only grew older is attributed to time, and so is its pair's half of an unmoved attribute")
    func time() throws {
        let change = change([Self.point([0, 1]), Self.point([0, 2], days: 5)])
        expect(change.parts, time: -0.9 + 0.4)
        #expect(change.attributes.map(\.name) == ["visit", "source"])
        expect(change.attributes[0].parts, time: -0.9 + 0.2)
        expect(change.attributes[1].parts, time: 0.2)
    }

    @Test("if record and time both moved a pair, its points are averaged over both orders")
    func both() throws {
        // From fair to web, while a visit grew older than 10 days: the pair's 0.4 need both.
        let change = change([Self.point([1, 1]), Self.point([0, 2], days: 8)])
        expect(change.attributes.first { $0.name == "source" }?.parts, record: 1.5 + 0.1, time: 0.1)
        expect(change.attributes.first { $0.name == "visit" }?.parts, record: 0.1, time: -0.9 + 0.1)
        expect(change.parts, record: 1.7, time: -0.7)
    }

    @Test(
        "an age's move is attributed to time if some age in the old bin is in the new bin that many days later",
        arguments: [
            // From under 3 to 3…10: after any time under 10 days. After that even the youngest is too old.
            (0, 1, 0.001, true), (0, 1, 9.9, true), (0, 1, 10.001, false), (0, 1, 40, false),
            // To 10 and more: the oldest, just under 3 days old, needs more than 7 days.
            (0, 2, 6.9, false), (0, 2, 7.001, true), (0, 2, 400, true),
            (1, 2, 0.001, true), (1, 2, 400, true),
            // No age gets younger, and time never leads into or out of "missing" or "not a date".
            (1, 0, 1, false), (2, 1, 1, false), (2, 0, 400, false),
            (3, 0, 1, false), (0, 3, 1, false), (4, 1, 5, false), (2, 4, 5, false),
        ])
    func rule(old: UInt16, new: UInt16, days: Double, isTime: Bool) throws {
        var (a, b) = (Self.point([0, old]), Self.point([0, new]))
        a.at = Self.start
        b.at = Moment(microseconds: Self.start.microseconds + Int64(days * 86_400_000_000))
        let parts = change([a, b]).parts
        #expect(parts.time == 0 || parts.record == 0)
        #expect((parts.time != 0) == isTime && (parts.record != 0) != isTime)
    }

    @Test("a new version's effect is attributed to the model, but the record's changes since the last scoring are not")
    func version() throws {
        let new = Self.card(intercept: -0.2, web: 0.6, pairs: false)
        // Between the scorings, source moved from fair to web, and the visit grew older.
        let scored = Self.point(
            [0, 2], days: 8, Self.second, of: new, former: .init(model: Self.first, evidence: Evidence(bins: [0, 2])))
        let change = change([Self.point([1, 1]), scored], second: new)
        expect(change.parts, record: 1.7, time: -0.7, model: 0.3 - 0.4 - 0.4)
        #expect(abs(change.intercept - 0.3) < 1e-12)
        expect(change.attributes.first { $0.name == "source" }?.parts, record: 1.6, time: 0.1, model: -0.6)
        expect(change.attributes.first { $0.name == "visit" }?.parts, record: 0.1, time: -0.8, model: -0.2)
        #expect(abs(change.after - new.logOdds(Evidence(bins: [0, 2]))) < 1e-12)
    }

    @Test("an attribute that only the new version reads, or only the former one, has a model's part")
    func otherAttributes() throws {
        var new = Self.card(pairs: false)
        new.attributes[0].name = "origin"
        let scored = Self.point(
            [0, 1], Self.second, of: new, former: .init(model: Self.first, evidence: Evidence(bins: [0, 1])))
        let change = change([Self.point([0, 1]), scored], second: new)
        #expect(change.attributes.map(\.name) == ["origin", "source"], "visit did not move")
        #expect(change.attributes[0].before == nil && change.attributes[0].after?.share == 1)
        #expect(change.attributes[1].before?.share == 1 && change.attributes[1].after == nil)
        expect(change.parts)
    }

    @Test("only a step that can't be attributed is unattributed, not the steps around it")
    func untold() throws {
        let new = Self.card(intercept: -0.2)
        // Without evidence, the probability gives the log-odds.
        let cleared = change([Self.point(nil), Self.point([0, 1]), Self.point([0, 2], days: 1)])
        #expect(abs(cleared.before - logit(0.25)) < 1e-12)
        expect(cleared.parts, time: -0.5, untold: 0.8 - logit(0.25))
        // To another version, without evidence under the former version, or with evidence under yet another.
        let other = ModelVersion(name: "other", version: 1)
        for former in [nil, Scoring.Former(model: other, evidence: Evidence(bins: [0, 1]))] {
            let change = change(
                [Self.point([1, 1]), Self.point([0, 1], Self.second, of: new, former: former)], second: new)
            expect(change.parts, untold: 1.5 + 0.3)
            #expect(change.attributes.isEmpty && change.intercept == 0)
        }
        // The version's scorecard no longer exists.
        expect(change([Self.point([1, 1]), Self.point([0, 1], Self.second)]).parts, untold: 1.5)
    }

    @Test("a scoring by another scorecard with the same name and number is unattributed, and so is the step from it")
    func otherCard() throws {
        // The registry was emptied and numbers started again: same attributes and bins, other points.
        let former = Self.point([0, 1], of: Self.card(web: 1.7))
        let change = change([former, Self.point([0, 1]), Self.point([0, 2], days: 1)])
        #expect(change.before == logit(former.probability) && change.beforeGap == .noScorecard)
        expect(change.parts, time: -0.5, untold: -0.7)
        #expect(change.gaps == [.noScorecard] && change.afterGap == nil)
        #expect(change.attributes.allSatisfy { $0.before == nil && $0.after != nil })
        // Also to a new version, although there is evidence under "the former version".
        let bridged = Self.point(
            [0, 1], Self.second, of: Self.card(intercept: -0.2),
            former: .init(model: Self.first, evidence: Evidence(bins: [0, 1])))
        expect(self.change([former, bridged], second: Self.card(intercept: -0.2)).parts, untold: 0.3 - 0.7)
    }

    @Test("an unattributed step has a reason: no evidence, no scorecard, or no evidence under the former version")
    func gaps() throws {
        #expect(change([Self.point(nil), Self.point([0, 1])]).gaps == [.noEvidence])
        #expect(change([Self.point([1, 1]), Self.point([0, 1], Self.second)]).gaps == [.noScorecard])
        let new = Self.card(intercept: -0.2)
        let bare = [Self.point([1, 1]), Self.point([0, 1], Self.second, of: new)]
        #expect(change(bare, second: new).gaps == [.noBridge])
        #expect(change([Self.point([1, 1]), Self.point([0, 2])]).gaps == [])
    }

    @Test("an attribute that moved and moved back is listed, with parts that cancel out")
    func thereAndBack() throws {
        let change = change([Self.point([0, 0]), Self.point([0, 1], days: 2), Self.point([0, 0], days: 3)])
        expect(change.attributes.first?.parts, record: 0.5, time: -0.5)
        #expect(change.attributes.map(\.name) == ["visit"] && change.before == change.after)
    }
}
