import LeadModel
import Testing

@testable import LeadTrainer

@Suite("Of attributes that say the same, one is kept")
struct TwinsTests {
    private let countries = ["Germany", "France", "Spain", "Poland", "Italy"]
    private let codes = ["DE", "FR", "ES", "PL", "IT"]

    @Test("copies, codes and their texts, rescaled and mirrored numbers, twins that some records lack")
    func twins() {
        let screened = Screened(500, seed: 7) { random, isPositive, number in
            let country = random.index(below: 5)
            let amount = (random.unit() * 10_000).rounded()
            let hour = random.index(below: 24)
            return [
                "country": .text(countries[country]), "country code": .text(codes[country]),
                "country id": .number(Double([7, 3, 9, 1, 4][country])),
                "land": .text(number % 40 == 0 ? "" : codes[country]),
                "amount": .number(amount), "amount in cents": .number(amount * 100),
                "discount": .number(5 - amount / 1000),
                "hour": .number(Double(hour)), "copy of hour": .number(Double(hour)),
                "topics": .list(["a", "b", "c"].filter { $0 < ["b", "c", "d"][number % 3] }),
                "topics 2": .list(["a", "b", "c"].filter { $0 < ["b", "c", "d"][number % 3] }),
            ]
        }
        let left = screened.attributes.filter { $0.reason == .twin }.map(\.name)
        #expect(left == ["amount in cents", "country code", "country id", "discount", "hour", "land", "topics 2"])
        #expect(
            screened.warnings("country code") == [
                "country code is left out: it says the same as country, value for value"
            ])
        #expect(screened.warnings("hour") == ["hour is left out: it is a copy of copy of hour"])
        #expect(screened.suspects == [])
    }

    @Test("attributes that are alike, but not the same, are all kept")
    func alike() {
        let screened = Screened(600, seed: 8) { random, isPositive, number in
            let country = random.index(below: 5)
            return [
                "country": .text(countries[country]),
                // One of 600 differs; two of a kind fall together; numbers that all differ.
                "billing country": .text(countries[number == 77 ? (country + 1) % 5 : country]),
                "region": .text(["south", "west", "south", "east", "south"][country]),
                "score": .number(random.unit()), "revenue": .number(random.unit() * 1e6),
                "a": .flag(number % 97 == 0), "b": .flag(number % 89 == 0),
            ]
        }
        #expect(screened.attributes.allSatisfy { $0.reason == .used })
    }

    @Test("a scorecard without the twin is as good as with either, and its artifact says what was left out")
    func trained() throws {
        var random = SplitMix64(seed: 9)
        let records = (0..<300).map { number in
            let country = random.index(below: 5)
            let attributes: [(name: Exact, value: Value)] = [
                ("code", .text(codes[country])), ("country", .text(countries[country])),
            ]
            return TrainingRecord(attributes: attributes, isPositive: random.unit() < 0.2 + 0.15 * Double(country))
        }
        var options = TrainingOptions()
        (options.bags, options.rounds) = (2, 50)
        let card = try Trainer.train(records, options: options).scorecard
        #expect(card.attributes.map(\.name) == ["country"])
        #expect(card.selection.first { $0.attribute == "code" }?.reason == .twin)
        #expect(try Scorecard(artifact: card.artifact()) == card)
        options.exclude = ["code"]
        let alone = try Trainer.train(records, options: options).scorecard
        #expect(alone.attributes == card.attributes && alone.intercept == card.intercept)
    }

    @Test("in a table of many attributes, each is hashed once and only those of one hash are compared")
    func many() {
        let screened = Screened(200, seed: 10) { random, isPositive, number in
            var values: [String: Value] = [:]
            for column in 0..<200 { values["c\(column)"] = .text("v\(random.index(below: 4))") }
            for column in 0..<20 { values["copy\(column)"] = values["c\(column * 7)"] }
            return values
        }
        let left = screened.attributes.filter { $0.reason == .twin }.map(\.name)
        #expect(left == (0..<20).map { "copy\($0)" }.sorted())
    }
}
