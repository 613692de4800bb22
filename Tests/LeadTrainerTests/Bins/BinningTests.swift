import Foundation
import LeadModel
import TestKit
import Testing

@testable import LeadTrainer

@Suite("Values fall into readable bins")
struct BinningTests {
    @Test("missing, rare and never seen values are distinguished")
    func specialBins() throws {
        var options = TrainingOptions()
        options.missing = ["Select"]
        let values = repeated(["Google": 30, "google": 12, "Fair": 40, "Select": 10, "": 5, "Radio": 3])
        let attribute = try attribute(values.map { .text($0) }, options: options)
        #expect(attribute.bins.map(\.label) == ["Google", "Fair", "missing", "rare values", "never seen before"])
        #expect(attribute.bins.map(\.records) == [42, 40, 15, 3, 0])
        let card = try card(values.map { .text($0) }, options: options)
        func bin(_ value: Value) -> Int { card.bins(of: value, in: attribute, at: .init(milliseconds: 0))[0] }
        #expect([" GOOGLE ", "select", "radio", "Television"].map { bin(.text($0)) } == [0, 2, 3, 4])
        #expect(abs(attribute.bins[4].points) < 0.05)
        // An attribute that is not given at all is missing too.
        let evidence = card.evidence(of: [(name: Exact, value: Value)](), at: .init(milliseconds: 0))
        #expect(evidence.bins == [2])
    }

    @Test("the artifact contains no text of a value that fewer than five records have")
    func privacy() throws {
        let values = repeated(["web": 60, "fair": 30, "Zephyrine": 4, "Quillwort": 1])
        let text = String(decoding: try card(values.map { .text($0) }).artifact(), as: UTF8.self).lowercased()
        #expect(text.contains("web"))
        #expect(!text.contains("zephyrine"))
        #expect(!text.contains("quillwort"))
    }

    @Test("numbers are cut at round numbers, and frequent single values have their own bins")
    func numbers() throws {
        let whole = repeated([0: 30, 1: 20, 2: 10, 3: 3, 4: 3, 5: 3, 9: 8, 12: 4, 30: 4])
        let labels = labels(whole.map { .number(Double($0)) })
        #expect(labels.prefix(4) == ["0", "1", "2", "3 to 5"])
        #expect(labels.suffix(2) == ["missing", "not a number"])
        #expect(labels.dropLast(2).last?.hasSuffix("and more") ?? false)

        let odd = (0..<100).map { Value.number(1000.37 + 13.73 * Double($0)) }
        for label in self.labels(odd) { #expect(!label.contains(".37"), "\(label)") }
    }

    @Test("a bin of one value has its name and no range, where nothing else is near")
    func singleValues() throws {
        let ratings = repeated([1: 40, 2: 30, 3: 20, 4: 10, 5: 40]).map { Value.number(Double($0)) }
        #expect(labels(ratings).dropLast(2) == ["1", "2", "3", "4", "5"])
        let halves = repeated([0: 20, 1: 30, 2: 40, 3: 10]).map { Value.number(Double($0) / 2) }
        #expect(labels(halves).dropLast(2) == ["0", "0.5", "1", "1.5"])
        // Averages, of which many are whole.
        let means = repeated([100: 60, 125: 3, 133: 3, 150: 4, 175: 3, 200: 60, 225: 3, 267: 3, 300: 40]).map {
            Value.number(Double($0) / 100)
        }
        let labels = labels(means)
        #expect(labels.contains("2") && !labels.contains { $0.hasPrefix("2 to") }, "\(labels)")
    }

    @Test("whole numbers have whole edges in every label, those between large neighbours too")
    func wholeEdges() throws {
        var random = SeededGenerator(seed: 17)
        for round in 0..<100 {
            let width = [3, 30, 300, 3000][round % 4]
            let start = [0, -40, 1000, 123_456][Int.random(in: 0..<4, using: &random)]
            let values = (0..<200).map { _ in start + Int.random(in: 0..<width, using: &random) }
            for label in labels(values.map { .number(Double($0)) }).dropLast(2) {
                #expect(!label.contains("."), "\(label)")
                let ends = label.split(separator: " to ").compactMap { Int($0) }
                if ends.count == 2 { #expect(ends[0] < ends[1], "\(label)") }
            }
        }
    }

    /// The labels of the bins before any are joined.
    private func labels(_ values: [Value]) -> [String] {
        let records = values.map { TrainingRecord(attributes: [(name: "x", value: $0)], isPositive: true) }
        let column = TrainingColumns(records).columns[0]
        let counts = column.counts(rows: Array(records.indices))
        return Binning(column, counts: counts, most: 256, options: TrainingOptions()).labels
    }

    @Test("numbers are read from text, and the few words among them count as not a number")
    func mixed() throws {
        let values = (0..<100).map { Value.text($0 % 20 == 0 ? "unknown" : "\($0 % 10)") }
        let attribute = try attribute(values)
        #expect(attribute.bins.last?.label == "not a number")
        #expect(attribute.bins.last?.records == 5)
    }

    @Test("half of a bin's positives were closed within its median days")
    func medianDays() throws {
        let start = Moment(microseconds: 1_790_000_000_000_000)
        var records: [TrainingRecord] = []
        for number in 0..<100 {
            let closed = start.adding(seconds: Int64(number % 50) * 86_400)
            let value = Value.text(number < 50 ? "a" : "b")
            records.append(
                TrainingRecord(
                    attributes: [(name: "x", value: value)], isPositive: number % 2 == 0, createdAt: start,
                    closedAt: closed))
        }
        let attribute = try Trainer.train(records).scorecard.attributes[0]
        #expect(attribute.bins[0].medianDays == 24)
        #expect(attribute.bins[2].medianDays == nil)
    }

    @Test("two Unicode encodings of one letter are one value, in training and in scoring")
    func unicode() throws {
        let spellings = ["Z\u{FC}rich", "Zu\u{308}rich", "Bern"]
        let records = (0..<300).map { number in
            TrainingRecord(
                attributes: [(name: "town", value: .text(spellings[number % 3]))], isPositive: number % 7 < 3)
        }
        let card = try Trainer.train(records).scorecard
        let town = try #require(card.attributes.first)
        #expect(town.bins.prefix(town.valueBinCount).map(\.records).sorted() == [100, 200])
        for spelling in spellings {
            let bins = card.bins(of: .text(spelling), in: town, at: Moment(milliseconds: 0))
            #expect(town.bins[bins[0]].records == (spelling == "Bern" ? 100 : 200))
        }
        #expect(try Scorecard(artifact: card.artifact()) == card)
    }

    @Test("constants and ids are left out, and a warning says why")
    func screening() throws {
        var records: [TrainingRecord] = []
        for number in 0..<200 {
            let scattered = Double(number * 7919 % 10_007)
            let attributes: [(name: Exact, value: Value)] = [
                ("Lead Number", .number(600_000 + scattered)), ("Prospect", .text("p\(number)x")),
                ("same", .text("No")), ("nearly", .text(number < 3 ? "Yes" : "No")),
                ("rising", .number(Double(number) * 3)), ("price", .number(Double(number * 4801 % 9973) + 0.5)),
                ("turnover", .number(scattered)), ("town", .text("t\(number % 60)")),
                ("verdict", .text(number % 2 == 0 ? "good" : "bad")),
            ]
            records.append(TrainingRecord(attributes: attributes, isPositive: number % 2 == 0))
        }
        let result = try Trainer.train(records)
        #expect(result.scorecard.attributes.map(\.name) == ["price", "turnover", "verdict"])
        let kinds: [String: TrainingWarning.Kind] = Dictionary(
            uniqueKeysWithValues: result.warnings.map { ($0.attribute ?? "", $0.kind) })
        #expect(
            kinds == [
                "Lead Number": .identifier, "Prospect": .identifier, "rising": .identifier, "same": .constant,
                "nearly": .constant, "town": .constant, "verdict": .suspectedLeak,
            ])
        let nearly = result.warnings.first { $0.attribute == "nearly" }
        #expect(nearly?.description == "nearly is left out: it is the same for all but 3 of 200 leads")
        let town = result.warnings.first { $0.attribute == "town" }
        #expect(town?.description == "town is left out: no value occurs in 5 or more leads")
    }

    @Test("if no attribute is left to learn from, there is an error and no scorecard")
    func nothingLeft() {
        let records = (0..<100).map { number in
            TrainingRecord(attributes: [(name: "same", value: .text("No"))], isPositive: number % 2 == 0)
        }
        #expect(throws: TrainingError.nothingToLearnFrom(.lead)) { try Trainer.train(records) }
    }

    private func repeated<Value: Comparable>(_ counts: [Value: Int]) -> [Value] {
        counts.sorted { $0.key < $1.key }.flatMap { Array(repeating: $0.key, count: $0.value) }
    }

    private func card(_ values: [Value], options: TrainingOptions = TrainingOptions()) throws -> Scorecard {
        let records = values.enumerated().map { number, value in
            TrainingRecord(attributes: [(name: "x", value: value)], isPositive: number % 2 == 0)
        }
        return try Trainer.train(records, options: options).scorecard
    }

    private func attribute(
        _ values: [Value], options: TrainingOptions = TrainingOptions()
    ) throws -> Scorecard.Attribute {
        var options = options
        options.minimumOfEachOutcome = 30
        return try #require(try card(values, options: options).attributes.first)
    }
}

@Suite("Neighbouring bins that hardly differ are joined")
struct JoinedBinsTests {
    @Test("the nearest bins are joined first, to the mean over their records; bins that differ stay separate")
    func joined() {
        let joined = JoinedBins(
            points: [0, 0.03, 0.05, 1, 1.02, -1, 0.5], counts: [10, 10, 20, 5, 15, 7, 3], orderedCount: 6
        ) { _ in false }
        #expect(joined.runs == [0..<3, 3..<5, 5..<6])
        #expect(joined.points.count == 4)
        #expect(abs(joined.points[0] - (0.03 * 10 + 0.05 * 20) / 40) < 1e-12)
        #expect(abs(joined.points[1] - 1.015) < 1e-12)
        #expect(joined.points.suffix(2) == [-1, 0.5])
    }

    @Test("a gentle slope is not joined into one bin")
    func slope() {
        let points = (0..<100).map { Double($0) * 0.025 }
        let counts = [Int](repeating: 10, count: 100)
        let joined = JoinedBins(points: points, counts: counts, orderedCount: 100) { _ in false }
        #expect(joined.runs.count > 20)
        #expect(zip(joined.points, joined.points.dropFirst()).allSatisfy { $1 - $0 >= JoinedBins.nearness })
    }

    @Test("bins that a pair's table distinguishes stay separate, however near they are")
    func parted() {
        let joined = JoinedBins(points: [0, 0, 0, 0], counts: [5, 5, 5, 5], orderedCount: 4) { $0 == 1 }
        #expect(joined.runs == [0..<2, 2..<4])
    }
}
