import TestKit
import Testing

@testable import LeadModel

@Suite("No insight contradicts its share")
struct ContradictionTests {
    private static let now = RandomScorecards.now

    @Test("every bin with every strength: what seems to contradict ends with its cause, and nothing else does")
    func allBins() {
        var scorecards = RandomScorecards(seed: 21)
        var counts = (contradictions: 0, explained: 0, plain: 0)
        for _ in 0..<3 {
            var card = scorecards.spreadCard()
            (card.pairs, card.triples) = ([], [])
            for index in card.attributes.indices {
                for bin in card.attributes[index].bins.indices {
                    for share in [-0.7, -0.2, -0.03, 0, 0.03, 0.2, 0.7] {
                        var single = card
                        single.attributes = [
                            card.attributes[index], card.attributes[(index + 1) % card.attributes.count],
                        ]
                        single.attributes[1].name += " too"
                        single.attributes[0].bins[bin].points = share
                        var evidence = single.evidence(of: [(name: Exact, value: Value)](), at: Self.now)
                        if single.attributes[0].reading.isList {
                            for word in 0..<single.attributes[0].evidenceWords { evidence.bins[word] = 0 }
                            evidence.bins[bin / 16] = 1 << UInt16(bin % 16)
                        } else {
                            evidence.bins[0] = UInt16(bin)
                        }
                        guard let reason = single.reasons(evidence).first(where: { !$0.attribute.hasSuffix(" too") })
                        else { continue }
                        if reason.contradictsItself { counts.contradictions += 1 }
                        let needsCause = Strength(share).contradicts(
                            ShownRates(single.attributes[0].bins[bin], single.training))
                        if reason.insight.contains("; ") != needsCause { counts.contradictions += 1 }
                        if needsCause { counts.explained += 1 } else { counts.plain += 1 }
                    }
                }
            }
        }
        #expect(counts.contradictions == 0)
        #expect(counts.explained > 300 && counts.plain > 300, "both kinds are there to be tested: \(counts)")
    }

    @Test("the reasons of random records on scorecards with pairs: none contradicts itself")
    func records() throws {
        var scorecards = RandomScorecards(seed: 22)
        var (contradictions, explained) = (0, 0)
        for _ in 0..<40 {
            let card = scorecards.spreadCard()
            let read = try Scorecard(artifact: card.artifact())
            for _ in 0..<20 {
                let evidence = card.evidence(of: scorecards.record(for: card), at: Self.now)
                let reasons = card.reasons(evidence)
                contradictions += reasons.count(where: \.contradictsItself)
                explained += reasons.count { $0.insight.contains("; ") }
                // Whatever was cached before, the text follows from version and evidence.
                #expect(read.reasons(evidence) == reasons)
            }
        }
        #expect(contradictions == 0)
        #expect(explained > 1000)
    }

    /// Industry and visits with a pair, by which the records of Finance have few visits.
    private func card(points: [[Double]], records: [[Int]], finance: Double) -> Scorecard {
        func bin(_ label: String, _ points: Double, _ records: Int, _ positives: Int) -> Scorecard.Bin {
            .init(label: label, points: points, records: records, positives: positives)
        }
        let none = [bin("missing", 0, 0, 0), bin("rare values", 0, 0, 0), bin("never seen before", 0, 0, 0)]
        return Scorecard(
            entity: .lead, intercept: 0,
            attributes: [
                .init(
                    name: "industry", reading: .category(.init(bins: ["finance": 0, "retail": 1], rare: [])),
                    bins: [bin("Finance", finance, 500, 150), bin("Retail", 0, 500, 250)] + none),
                .init(
                    name: "web.visits", reading: .number(edges: [3]),
                    bins: [bin("under 3", -1.2, 500, 120), bin("3 and more", 1.2, 500, 280), none[0], none[2]]),
            ],
            pairs: [
                .init(
                    first: 0, second: 1, firstGroups: [0, 1, 1, 1, 1], secondGroups: [0, 1, 1, 1], points: points,
                    records: records)
            ], missing: [], training: .init(asOf: nil, positives: 400, negatives: 600, seed: 1),
            quality: .init(folds: 5, auc: 0.8, logLoss: 0.5, accuracy: 0.75))
    }

    private func insight(_ card: Scorecard, visits: UInt16) -> String {
        card.reasons(Evidence(bins: [0, visits])).first { $0.attribute == "industry" }?.insight ?? ""
    }

    private let rates = "Of 500 leads with industry = Finance, 30 % were qualified (of all leads 40 %)"

    @Test("the attribute that makes up most of the difference is named, if the pair's records show it")
    func given() {
        let skewed = card(points: [[0.01, -0.01], [-0.01, 0.01]], records: [[450, 50], [50, 450]], finance: 0.3)
        #expect(insight(skewed, visits: 0) == "\(rates); positive after accounting for web visits")
        // Finance has as many visits as all: then it is something else.
        let even = card(points: [[0.01, -0.01], [-0.01, 0.01]], records: [[250, 250], [250, 250]], finance: 0.3)
        #expect(insight(even, visits: 0) == "\(rates); positive after accounting for the other attributes")
    }

    @Test("the combination with another attribute is named, if its points make up most of the difference")
    func combined() {
        let card = card(points: [[-1.6, 1.6], [1.6, -1.6]], records: [[250, 250], [250, 250]], finance: -0.4)
        #expect(
            insight(card, visits: 1) == "\(rates); strongly positive in combination with this lead's web visits")
        #expect(insight(card, visits: 0) == rates, "without them the share says what the rate says")
    }

    @Test("a neutral share of a rate that is not says whether chance or another attribute explains it")
    func neutral() {
        var card = card(points: [[0.01, -0.01], [-0.01, 0.01]], records: [[450, 50], [50, 450]], finance: 0.02)
        #expect(insight(card, visits: 0) == "\(rates); neutral after accounting for web visits")
        (card.attributes[0].bins[0].records, card.attributes[0].bins[0].positives) = (10, 2)
        #expect(
            insight(card, visits: 0).hasSuffix(
                ", 20 % were qualified (of all leads 40 %); chance alone can explain the difference"))
        card.attributes[0].bins[0].positives = 4
        #expect(insight(card, visits: 0).hasSuffix(", 40 % were qualified (of all leads 40 %)"))
    }

    @Test("a bin that differs from the bins next to it by chance is explained by them")
    func neighbors() {
        func bin(_ label: String, _ positives: Int) -> Scorecard.Bin {
            .init(label: label, points: 0.3, records: 100, positives: positives)
        }
        var card = card(points: [[0, 0], [0, 0]], records: [[1, 1], [1, 1]], finance: 0)
        card.pairs = []
        card.attributes[1] = .init(
            name: "web.visits", reading: .number(edges: [3, 5]),
            bins: [
                bin("under 3", 52), bin("3 to 4", 39), bin("5 and more", 55), bin("missing", 0), bin("no number", 0),
            ])
        let reason = card.reasons(Evidence(bins: [0, 1])).first { $0.attribute == "web.visits" }
        #expect(
            reason?.insight
                == "Of 100 leads with web visits 3 to 4, 39 % were qualified (of all leads 40 %); positive, like "
                + "the values next to it")
    }

    @Test("rates of rare outcomes have a decimal, so that a difference can be seen")
    func rareOutcomes() {
        var card = card(points: [[0, 0], [0, 0]], records: [[1, 1], [1, 1]], finance: 0.6)
        card.training.positives = 6
        card.training.negatives = 1194
        card.attributes[0].bins[0].positives = 4
        #expect(
            insight(card, visits: 0)
                == "Of 500 leads with industry = Finance, 0.8 % were qualified (of all leads 0.5 %)")
    }
}
