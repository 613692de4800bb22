import Foundation
import LeadModel
import Testing

@Suite("What if")
struct WhatIfTests {
    private static let now = RandomScorecards.now

    @Test("changed evidence equals the evidence of the changed record, for every attribute and value")
    func sameAsRecord() {
        var scorecards = RandomScorecards(seed: 3)
        for _ in 0..<300 {
            let card = scorecards.card()
            var record = scorecards.record(for: card)
            let given = card.evidence(of: record, at: Self.now)
            for attribute in card.attributes {
                let value = scorecards.value()
                let changed = card.evidence(given, with: value, of: Exact(attribute.name), at: Self.now)
                var other = record
                other.merge([
                    RecordEvent(
                        kind: .lead, verb: .updated, recordID: "L", source: "test", id: "2",
                        time: Moment(milliseconds: 2), isPatch: true,
                        fields: [FieldValue(.attribute(AttributeName(Exact(attribute.name))), value)])
                ])
                #expect(changed == card.evidence(of: other, at: Self.now))
            }
            record = Record()
            #expect(card.evidence(given, with: .number(1), of: "no such attribute", at: Self.now) == nil)
        }
    }

    @Test("a suggestion is the best change of its attribute that the records show, as trying all changes shows")
    func suggestions() {
        var scorecards = RandomScorecards(seed: 4)
        var (made, capped) = (0, 0)
        for _ in 0..<300 {
            let card = scorecards.spreadCard()
            let evidence = card.evidence(of: scorecards.record(for: card), at: Self.now)
            let fixed = Set(card.attributes.prefix(2).map { Exact($0.name) })
            let suggestions = card.suggestions(for: evidence, fixed: fixed, count: 100)
            #expect(suggestions == suggestions.sorted { $0.logOdds > $1.logOdds })
            #expect(Array(suggestions.prefix(3)) == card.suggestions(for: evidence, fixed: fixed, count: 3))
            for (index, attribute) in card.attributes.enumerated() {
                let suggestion = suggestions.first { $0.attribute == attribute.name }
                if let suggestion {
                    made += 1
                    if suggestion.logOdds < card.logOdds(suggestion.evidence) { capped += 1 }
                    #expect(
                        card.fits(suggestion.evidence) && suggestion.logOdds <= card.logOdds(suggestion.evidence))
                    #expect(suggestion.logOdds > card.logOdds(evidence) && suggestion.records >= 30)
                    let bin = attribute.bins.first { $0.label == suggestion.label }
                    #expect(
                        bin.map { 400 * $0.positives > 150 * $0.records } == true, "above the average of 150 in 400")
                }
                switch attribute.reading {
                case .age, .signal: #expect(suggestion == nil)
                case .list: break
                case .number, .category:
                    guard index >= 2 else {
                        #expect(suggestion == nil)
                        continue
                    }
                    let best = best(of: index, on: card, for: evidence)
                    // The order of the sum makes the last digits.
                    #expect(abs((suggestion?.logOdds ?? 0) - (best ?? 0)) < 1e-9)
                    #expect((suggestion == nil) == (best == nil))
                }
            }
        }
        #expect(made > 300 && capped > 50, "\(made) suggestions, \(capped) of them less than the points say")
    }

    /// The most that a change of the attribute, which is no list, may promise: by the points, and by the rates of the bins.
    private func best(of index: Int, on card: Scorecard, for evidence: Evidence) -> Double? {
        let attribute = card.attributes[index]
        let word = card.attributes[..<index].map(\.evidenceWords).reduce(0, +)
        func logOdds(_ bin: Scorecard.Bin) -> Double {
            bin.records == 0
                ? log(150.5 / 250.5) : log((Double(bin.positives) + 0.5) / (Double(bin.records - bin.positives) + 0.5))
        }
        let (now, former) = (card.logOdds(evidence), attribute.bins[Int(evidence.bins[word])])
        let all = (0..<attribute.valueBinCount).compactMap { number -> Double? in
            let bin = attribute.bins[number]
            guard bin.records >= 30, Double(bin.positives) / Double(bin.records) > 0.375 else { return nil }
            var changed = evidence
            changed.bins[word] = UInt16(number)
            return min(card.logOdds(changed), now + logOdds(bin) - logOdds(former))
        }
        return all.max().flatMap { $0 > now ? $0 : nil }
    }

    @Test("the suggestion for a list adds the entry with the most points, also to a missing list")
    func lists() {
        var card = HandMade.card
        for bin in 0..<3 { card.attributes[2].bins[bin].positives = 50 }
        let none = card.evidence(of: [("visits", .number(9))], at: Self.now)
        let suggestion = card.suggestions(for: none).first { $0.attribute == "interests" }
        #expect(suggestion?.label == "Chat" && suggestion?.evidence.bins[2] == 1)
        let chat = card.evidence(of: [("interests", .list(["chat"]))], at: Self.now)
        #expect(card.suggestions(for: chat).first { $0.attribute == "interests" }?.label == "E-mail")
    }

    /// 40 of 100 are positive; the bins have these positives of 100 each, and these points.
    private func card(_ name: String, _ bins: [(positives: Int, points: Double)]) -> Scorecard {
        let edges = (1..<bins.count).map(Double.init)
        let all = bins.enumerated().map { number, bin in
            Scorecard.Bin(label: "\(number)", points: bin.points, records: 100, positives: bin.positives)
        }
        let none = ["missing", "not a number"].map { Scorecard.Bin(label: $0, points: 0, records: 0, positives: 0) }
        return Scorecard(
            entity: .lead, intercept: -0.4,
            attributes: [.init(name: name, reading: .number(edges: edges), bins: all + none)],
            missing: [], training: .init(asOf: nil, positives: 120, negatives: 180, seed: 1),
            quality: .init(folds: 5, auc: 0.8, logLoss: 0.5, accuracy: 0.75))
    }

    @Test("no value is suggested whose own rate is at or below the average, whatever its points")
    func belowAverage() {
        let card = card("visits", [(40, -0.5), (40, 0.4), (40, 0.8)])
        #expect(card.suggestions(for: Evidence(bins: [0])).isEmpty)
        let other = self.card("visits", [(30, -0.5), (39, 0.8), (51, 0.2)])
        #expect(other.suggestions(for: Evidence(bins: [0])).map(\.label) == ["2"])
    }

    @Test("a suggestion promises no more than the difference between the rates of the two bins")
    func capped() throws {
        let card = card("visits", [(30, -1), (38, 0), (52, 2)])
        let suggestion = try #require(card.suggestions(for: Evidence(bins: [0])).first)
        let shown = log(52.5 / 48.5) - log(30.5 / 70.5)
        #expect(abs(suggestion.logOdds - (-1.4 + shown)) < 1e-12)
        #expect(card.logOdds(suggestion.evidence) == 1.6)
    }

    @Test("a combination of values that fewer than five training records had is not suggested")
    func unseenPairs() {
        var card = HandMade.card
        for bin in 0..<3 { card.attributes[1].bins[bin].positives = 50 }
        let finance = card.evidence(of: [("industry", .text("Finance")), ("visits", .number(1))], at: Self.now)
        let retail = card.evidence(of: [("industry", .text("Retail")), ("visits", .number(1))], at: Self.now)
        card.attributes[1].bins[0].positives = 20
        card.pairs[0].records[0][1] = 5
        #expect(card.suggestions(for: finance).contains { $0.attribute == "visits" })
        card.pairs[0].records[0][1] = 4
        #expect(!card.suggestions(for: finance).contains { $0.attribute == "visits" })
        #expect(card.suggestions(for: retail).contains { $0.attribute == "visits" })
    }

    @Test(
        "what nobody can change is known by its name",
        arguments: [
            ("Age", true), ("companySize", true), ("Company Size", true), ("account.industry", true), ("Country", true),
            ("employees", true), ("number_of_employees", true), ("Lead Source", true), ("Client Size By Revenue", true),
            ("Geschlecht", true), ("Mitarbeiterzahl", true), ("Firmengröße", true), ("Código postal", true),
            ("contact.jobTitle", true), ("BillingCountry", true), ("Marital_Status__c", true),
            ("web.visits", false), ("Page Views Per Visit", false), ("newsletter", false), ("stage", false),
            ("Last Activity", false), ("message", false), ("demo requested", false), ("Angebot", false),
        ])
    func fixedNames(name: String, isFixed: Bool) { #expect(FixedAttribute.isFixed(name) == isFixed) }

    @Test("fixed attributes are kept with the model; an old artifact keeps its bytes, and its names decide")
    func keptWithModel() throws {
        let card = card("employees", [(30, -1), (38, 0), (52, 1)])
        #expect(!String(decoding: card.artifact(), as: UTF8.self).contains("fixed"))
        #expect(card.fixedAttributes == ["employees"] && card.suggestions(for: Evidence(bins: [0])).isEmpty)

        let visits = self.card("visits", [(30, -1), (38, 0), (52, 1)])
        #expect(visits.fixing([]) == visits && visits.suggestions(for: Evidence(bins: [0])).count == 1)
        let fixed = visits.fixing(["visits", "no attribute"])
        #expect(fixed.fixed == ["visits"])
        let read = try Scorecard(artifact: fixed.artifact())
        #expect(read == fixed && read.suggestions(for: Evidence(bins: [0])).isEmpty)
        #expect(read.logOdds(Evidence(bins: [0])) == visits.logOdds(Evidence(bins: [0])))
        let free = try Scorecard(artifact: card.fixing([], except: ["employees"]).artifact())
        #expect(free.fixed == [] && free.suggestions(for: Evidence(bins: [0])).count == 1)
    }
}
