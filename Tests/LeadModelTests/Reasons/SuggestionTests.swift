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

    @Test("a suggestion is the best change of its attribute, as trying all changes shows")
    func suggestions() {
        var scorecards = RandomScorecards(seed: 4)
        for _ in 0..<300 {
            let card = scorecards.card()
            let evidence = card.evidence(of: scorecards.record(for: card), at: Self.now)
            let fixed = Set(card.attributes.prefix(2).map { Exact($0.name) })
            let suggestions = card.suggestions(for: evidence, fixed: fixed, count: 100)
            #expect(suggestions == suggestions.sorted { $0.logOdds > $1.logOdds })
            #expect(Array(suggestions.prefix(3)) == card.suggestions(for: evidence, fixed: fixed, count: 3))
            for (index, attribute) in card.attributes.enumerated() {
                let suggestion = suggestions.first { $0.attribute == attribute.name }
                if let suggestion {
                    #expect(card.fits(suggestion.evidence) && card.logOdds(suggestion.evidence) == suggestion.logOdds)
                    #expect(suggestion.logOdds > card.logOdds(evidence) && suggestion.records >= 30)
                }
                switch attribute.reading {
                case .age, .signal: #expect(suggestion == nil)
                case .list: break
                case .number, .category:
                    guard index >= 2 else {
                        #expect(suggestion == nil)
                        continue
                    }
                    let word = card.attributes[..<index].map(\.evidenceWords).reduce(0, +)
                    let all = (0..<attribute.valueBinCount).filter { attribute.bins[$0].records >= 30 }.map { bin in
                        var changed = evidence
                        changed.bins[word] = UInt16(bin)
                        return card.logOdds(changed)
                    }
                    let best = all.max().flatMap { $0 > card.logOdds(evidence) ? $0 : nil }
                    #expect(suggestion?.logOdds == best)
                }
            }
        }
    }

    @Test("the suggestion for a list adds the entry with the most points, also to a missing list")
    func lists() {
        let card = HandMade.card
        let none = card.evidence(of: [("visits", .number(9))], at: Self.now)
        let suggestion = card.suggestions(for: none).first { $0.attribute == "interests" }
        #expect(suggestion?.label == "Chat" && suggestion?.evidence.bins[2] == 1)
        let chat = card.evidence(of: [("interests", .list(["chat"]))], at: Self.now)
        #expect(card.suggestions(for: chat).first { $0.attribute == "interests" }?.label == "E-mail")
    }
}
