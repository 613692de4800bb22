import LeadModel
import Testing

@Suite("The reasons of a score")
struct ReasonTests {
    private static let now = RandomScorecards.now

    /// The expected shares, computed in the simplest way from the public tables.
    private func plainLogOdds(_ card: Scorecard, _ evidence: Evidence) -> Double {
        var sum = card.intercept
        for (index, attribute) in card.attributes.enumerated() {
            for bin in card.bins(of: index, in: evidence) { sum += attribute.bins[bin].points }
        }
        for pair in card.pairs {
            let row = Int(pair.firstGroups[card.bins(of: pair.first, in: evidence)[0]])
            sum += pair.points[row][Int(pair.secondGroups[card.bins(of: pair.second, in: evidence)[0]])]
        }
        for triple in card.triples { sum += triple.points[triple.cell { card.bins(of: $0, in: evidence)[0] }] }
        return sum
    }

    @Test("add up to the log-odds for 100,000 random records, and follow from version and evidence alone, bit for bit")
    func addUp() throws {
        var scorecards = RandomScorecards(seed: 7)
        for number in 0..<100 {
            let card = scorecards.card()
            let read = try Scorecard(artifact: card.artifact())
            #expect(read == card)
            for round in 0..<1000 {
                let record = scorecards.record(for: card)
                let evidence = card.evidence(of: record, at: Self.now)
                guard card.fits(evidence) else {
                    Issue.record("the evidence of a record does not fit its scorecard, \(number)")
                    return
                }
                let logOdds = card.logOdds(evidence)
                let shares = card.shares(evidence)
                guard abs(shares.reduce(card.intercept, +) - logOdds) < 1e-9,
                    logOdds == plainLogOdds(card, evidence)
                else {
                    Issue.record("the shares of a record do not add up, scorecard \(number)")
                    return
                }
                // The other checks cost more, so fewer records get them.
                guard round % 20 == 0 else { continue }
                let reasons = card.reasons(evidence)
                #expect(reasons.count == card.attributes.count)
                #expect(abs(reasons.map(\.contribution).reduce(card.intercept, +) - logOdds) < 1e-9)
                let kept = Evidence(bins: evidence.bins)
                #expect(read.logOdds(kept) == logOdds && read.probability(kept) == card.probability(evidence))
                #expect(read.reasons(kept) == reasons && read.topReasons(kept) == card.topReasons(evidence))
                #expect(read.hasLowEvidence(kept) == card.hasLowEvidence(evidence))
            }
        }
    }

    @Test("each attribute of a pair gets half of the pair's points, which change with the other attribute")
    func halves() {
        let card = HandMade.card
        let both = card.evidence(of: [("industry", .text("Finance")), ("visits", .number(5))], at: Self.now)
        // Finance 0.8, visits 3 to 7 0.2, and 0.3 for the two together.
        #expect(card.shares(both).prefix(2) == [0.8 + 0.15, 0.2 + 0.15])
        #expect(card.logOdds(both) == -0.5 + 0.8 + 0.2 + -0.1 + -0.05 + 0.3)
        let other = card.evidence(of: [("industry", .text("Finance")), ("visits", .number(1))], at: Self.now)
        #expect(card.shares(other)[0] == 0.8 - 0.05)
    }

    @Test("an attribute that the scorecard does not use leaves score and evidence bit for bit the same")
    func deselected() {
        var scorecards = RandomScorecards(seed: 11)
        for _ in 0..<200 {
            var card = scorecards.card()
            card.selection = [.init(attribute: "deselected", reason: .notSelected)]
            var record = scorecards.record(for: card)
            let before = card.evidence(of: record, at: Self.now)
            record.merge([
                RecordEvent(
                    kind: .lead, verb: .updated, recordID: "L", source: "test", id: "2",
                    time: Moment(milliseconds: 2), isPatch: true,
                    fields: [FieldValue(.attribute("deselected"), scorecards.value())])
            ])
            let after = card.evidence(of: record, at: Self.now)
            #expect(before == after && card.logOdds(before).bitPattern == card.logOdds(after).bitPattern)
        }
    }

    @Test("evidence that doesn't fit the scorecard is detected, and gives no reasons")
    func fits() {
        let card = HandMade.card
        let good = card.evidence(of: [(name: Exact, value: Value)](), at: Self.now)
        #expect(good.bins == [2, 3, 0b1000, 2] && card.fits(good))
        // A word too many or too few, a bin beyond the table, no bit, a bit beyond the table, missing along with
        // another.
        let bad: [[UInt16]] = [
            [2, 3, 8, 2, 0], [2, 3, 8], [5, 3, 8, 2], [2, 3, 0, 2], [2, 3, 64, 2], [2, 3, 9, 2], [2, 3, 8, 4],
        ]
        for bins in bad {
            #expect(!card.fits(Evidence(bins: bins)), "\(bins)")
            #expect(card.topReasons(Evidence(bins: bins)) { _ in .init(before: [], after: []) } == nil)
        }
    }
}

/// A scorecard with a category, a number, a list, an age and one pair.
enum HandMade {
    static func bin(_ label: String, _ points: Double, _ records: Int = 90, _ positives: Int = 30) -> Scorecard.Bin {
        .init(label: label, points: points, records: records, positives: positives)
    }

    static let card = Scorecard(
        entity: .lead, intercept: -0.5,
        attributes: [
            .init(
                name: "industry",
                reading: .category(
                    .init(bins: ["finance": 0, "retail": 1], rare: [Scorecard.Levels.fingerprint("mining")])),
                bins: [
                    bin("Finance", 0.8, 210, 134), bin("Retail", -0.3), bin("missing", -0.2, 40),
                    bin("rare values", 0.1),
                    bin("never seen before", 0, 0, 0),
                ]),
            .init(
                name: "visits", reading: .number(edges: [3, 8]),
                bins: [
                    bin("under 3", -0.4), bin("3 to 7", 0.2), bin("8 and more", 0.6), bin("missing", 0),
                    bin("not a number", 0, 0, 0),
                ]),
            .init(
                name: "interests",
                reading: .list(
                    .init(
                        bins: ["chat": 0, "e-mail": 1, "phone": 2], rare: [Scorecard.Levels.fingerprint("fax")])),
                bins: [
                    bin("Chat", 0.5), bin("E-mail", 0.25), bin("Phone", -0.25), bin("missing", -0.1),
                    bin("rare values", 0), bin("never seen before", 0, 0, 0),
                ]),
            .init(
                name: "lastVisit", reading: .age(edges: [1.5]),
                bins: [
                    bin("under 1.5", 0.3), bin("1.5 and more", -0.2), bin("missing", -0.05), bin("not a date", 0, 0, 0),
                ]
            ),
        ],
        pairs: [
            .init(
                first: 0, second: 1, firstGroups: [0, 1, 1, 1, 1], secondGroups: [0, 1, 1, 0, 0],
                points: [[-0.1, 0.3], [0.05, -0.2]], records: [[50, 160], [70, 60]])
        ], missing: ["Select"], training: .init(asOf: nil, positives: 150, negatives: 250, seed: 1),
        quality: .init(folds: 5, auc: 0.8, logLoss: 0.5, accuracy: 0.75))
}
