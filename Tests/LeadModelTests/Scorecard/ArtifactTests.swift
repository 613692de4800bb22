import Foundation
import LeadModel
import Testing

@Suite("The artifact of a scorecard")
struct ArtifactTests {
    private func object(_ card: Scorecard) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: card.artifact()) as? [String: Any])
    }

    private func read(_ object: [String: Any]) throws -> Scorecard {
        try Scorecard(artifact: JSONSerialization.data(withJSONObject: object))
    }

    @Test("every kind of attribute, pairs and the selection survive decoding and are encoded to the same bytes")
    func roundTrip() throws {
        var card = HandMade.card
        let signal = Scorecard.Levels(bins: ["plausible": 0], rare: nil)
        card.attributes.append(
            .init(
                name: "lastName", reading: .signal(.name, signal),
                bins: ["plausible", "missing", "rare", "unseen"].map { HandMade.bin($0, 0.5) }))
        card.selection = [
            .init(attribute: "industry", reason: .used), .init(attribute: "id", reason: .identifier),
            .init(attribute: "Tags", reason: .used, warning: "alone it tells the outcome too well"),
            .init(attribute: "owner", reason: .excluded), .init(attribute: "x", reason: .constant),
        ]
        let read = try Scorecard(artifact: card.artifact())
        #expect(read == card && read.artifact() == card.artifact())
        let text = String(decoding: card.artifact(), as: UTF8.self)
        for told in [
            "\"kind\" : \"list\"", "\"kind\" : \"age\"", "\"kind\" : \"signal\"", "\"signal\" : \"name\"",
            "\"bins\" : \"0, 3-4\"", "\"label\" : \"3 to 7, 8 and more\"", "\"use\" : \"excluded by the admin\"",
        ] { #expect(text.contains(told), "\(told)") }
    }

    @Test("an artifact of the first format, without pairs and selection, is still read")
    func firstFormat() throws {
        var card = HandMade.card
        card.pairs = []
        card.attributes = Array(card.attributes.prefix(2))
        var object = try object(card)
        object["format"] = "leadline-scorecard/1"
        object["pairs"] = nil
        object["selection"] = nil
        #expect(try read(object) == card)
        object["format"] = "leadline-scorecard/6"
        #expect(throws: Scorecard.ArtifactError.self) { try read(object) }
    }

    @Test("triples and groups of levels survive decoding; a reader of the former format refuses them")
    func triplesAndGroups() throws {
        var scorecards = RandomScorecards(seed: 4)
        var card = scorecards.card()
        while card.triples.isEmpty { card = scorecards.card() }
        let read = try Scorecard(artifact: card.artifact())
        #expect(read == card && read.artifact() == card.artifact())
        #expect(String(decoding: card.artifact(), as: UTF8.self).contains("\"leadline-scorecard/5\""))
        card.triples = []
        #expect(!String(decoding: card.artifact(), as: UTF8.self).contains("\"leadline-scorecard/5\""))

        let levels = Scorecard.Levels(bins: ["north/1": 0], rare: [], groups: ["north/": 1])
        card.pairs = []
        card.attributes = [
            .init(
                name: "city", reading: .category(levels),
                bins: ["North/1", "other North/…", "missing", "rare", "unseen"].map { HandMade.bin($0, 0.5) })
        ]
        let grouped = try Scorecard(artifact: card.artifact())
        #expect(grouped == card && grouped.artifact() == card.artifact())
        #expect(String(decoding: card.artifact(), as: UTF8.self).contains("\"leadline-scorecard/5\""))
    }

    @Test("a triple's table that doesn't fit its attributes is an error")
    func badTriples() throws {
        var scorecards = RandomScorecards(seed: 4)
        var card = scorecards.card()
        while card.triples.isEmpty { card = scorecards.card() }
        func change(_ change: (inout [String: Any]) -> Void) throws -> String {
            var object = try object(card)
            var triples = try #require(object["triples"] as? [[String: Any]])
            change(&triples[0])
            object["triples"] = triples
            do {
                _ = try read(object)
                return "read"
            } catch { return "\(error)" }
        }
        #expect(try change { _ in } == "read")
        func array(_ value: Any?) -> [Any] { value as? [Any] ?? [] }
        let unfit = "not of three attributes in their order"
        #expect(try change { $0["axes"] = Array(array($0["axes"]).reversed()) }.contains(unfit))
        #expect(try change { $0["axes"] = Array(array($0["axes"]).dropLast()) }.contains(unfit))
        #expect(try change { $0["layers"] = Array(array($0["layers"]).dropLast()) }.contains(unfit))
        #expect(
            try change { triple in
                var axes = triple["axes"] as? [[String: Any]] ?? []
                axes[1]["attribute"] = "nobody"
                triple["axes"] = axes
            }.contains("of an attribute that is not there"))
    }

    @Test("a pair's table that doesn't fit its attributes is an error")
    func badPairs() throws {
        func change(_ path: String, _ value: Any?) throws -> String {
            var object = try object(HandMade.card)
            var pair = try #require((object["pairs"] as? [[String: Any]])?.first)
            if path == "rows" {
                pair["rows"] = value
            } else if path == "attribute" {
                var first = try #require(pair["first"] as? [String: Any])
                first["attribute"] = value
                pair["first"] = first
            } else {
                var first = try #require(pair["first"] as? [String: Any])
                first["groups"] = [["bins": "0", "label": ""], ["bins": value, "label": ""]]
                pair["first"] = first
            }
            object["pairs"] = [pair]
            do {
                _ = try read(object)
                return "read"
            } catch { return "\(error)" }
        }
        #expect(try change("bins", "1-4") == "read")
        for bins in ["0-4", "1-3", "1-5", "4-1", "x", "", "1-2-4", "1,1-4"] {
            #expect(try change("bins", bins).contains("does not group the bins of industry"), "\(bins)")
        }
        #expect(try change("attribute", "nobody").contains("of an attribute that is not there"))
        #expect(try change("attribute", "interests").contains("lists are in no pair or triple"))
        #expect(try change("attribute", "lastVisit").contains("not in the order"))
        let row: [String: Any] = ["points": [1, 2], "records": [1, 2]]
        #expect(try change("rows", [row]).contains("has not a cell for each group"))
        #expect(try change("rows", [row, ["points": [1], "records": [1]]]).contains("has not a cell for each group"))
    }
}
