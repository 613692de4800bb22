import LeadModel
import Testing

@testable import LeadTrainer

@Suite("The same data gives the same scorecard and the same scores in every spelling")
struct SpellingTests {
    private static let start = Moment(rfc3339: "2026-10-20T12:00:00Z")!

    /// 240 records with one attribute and another one.
    ///
    /// - Parameter spelled: the attribute's text, by a number of the record.
    private func records(
        _ name: String, seed: UInt64 = 3, _ spelled: (Int, inout SplitMix64) -> Value
    ) -> [TrainingRecord] {
        var random = SplitMix64(seed: seed)
        return (0..<240).map { _ in
            let number = random.index(below: 1_000_000)
            var own = SplitMix64(seed: UInt64(number))
            let isPositive = random.unit() < (number < 400_000 ? 0.8 : 0.2)
            let size = Value.number(Double(random.index(below: 20)))
            return TrainingRecord(
                attributes: [(Exact(name), spelled(number, &own)), ("size", size)], isPositive: isPositive,
                createdAt: Self.start)
        }
    }

    private func card(_ records: [TrainingRecord], _ set: (inout TrainingOptions) -> Void = { _ in }) throws
        -> Scorecard
    {
        var options = TrainingOptions()
        (options.bags, options.rounds) = (4, 40)
        set(&options)
        return try Trainer.train(records, options: options).scorecard
    }

    /// Expects the scorecard of other spellings to be the plain one's but for how values are read, and every value to fall
    /// into the same bins under both, however it is spelled.
    private func expectSame(
        _ plain: [TrainingRecord], _ others: [[TrainingRecord]], readings: [ValueReading?] = [], isRead: Bool = true,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let card = try card(plain)
        #expect(card.attributes.count == 2, sourceLocation: sourceLocation)
        for (place, other) in others.enumerated() {
            var spelled = try self.card(other)
            for record in 0..<plain.count where isRead {
                let evidence = spelled.evidence(of: other[record].attributes, at: Self.start)
                #expect(
                    evidence == card.evidence(of: plain[record].attributes, at: Self.start), "spelling \(place)",
                    sourceLocation: sourceLocation)
                #expect(
                    spelled.evidence(of: plain[record].attributes, at: Self.start) == evidence, "spelling \(place)",
                    sourceLocation: sourceLocation)
            }
            let reading = readings.indices.contains(place) ? readings[place] ?? .plain : .plain
            #expect(
                spelled.attributes.allSatisfy { $0.name == "size" || $0.values == reading }, "spelling \(place)",
                sourceLocation: sourceLocation)
            #expect(try Scorecard(artifact: spelled.artifact()) == spelled, sourceLocation: sourceLocation)
            for index in spelled.attributes.indices { spelled.attributes[index].values = .plain }
            #expect(spelled.artifact() == card.artifact(), "spelling \(place)", sourceLocation: sourceLocation)
        }
    }

    @Test("numbers: thousands, decimal comma, currency, percent, parentheses, K")
    func numbers() throws {
        func grouped(_ number: Int, _ separator: String) -> String {
            number.grouped.split(separator: ",").joined(separator: separator)
        }
        let spellings: [(Int) -> String] = [
            { "\(grouped($0, ",")).00" }, { "$\(grouped($0, ","))" }, { "\(grouped($0, ".")),00 EUR" },
            { "\(grouped($0, " ")),0" }, { "\(grouped($0, "\u{A0}"))" }, { "CHF \(grouped($0, "'"))" }, { "\($0) %" },
        ]
        try expectSame(
            records("revenue") { number, _ in .text("\(number)") },
            [records("revenue") { number, _ in .number(Double(number)) }]
                + spellings.map { spelled in records("revenue") { number, _ in .text(spelled(number)) } })
        // Points before three digits: other values of the column say what they are.
        let pointed = records("revenue") { number, _ in
            .text(number % 9 == 0 ? "\(grouped(number, ".")),00" : grouped(number, "."))
        }
        try expectSame(
            records("revenue") { number, _ in .text("\(number)") }, [pointed], readings: [.init(decimal: .comma)])
    }

    @Test("null words count as missing, and one line says which and how many; --keep keeps one")
    func nullWords() throws {
        for word in ["NULL", "N/A", "na", "\\N", "-", "nan", "None", "(none)", "#N/A", "undefined", "--"] {
            try expectSame(
                records("revenue") { number, random in random.unit() < 0.25 ? .text("") : .text("\(number)") },
                [records("revenue") { number, random in random.unit() < 0.25 ? .text(word) : .text("\(number)") }])
        }
        let given = records("region") { number, _ in .text(number < 400_000 ? "NA" : number % 2 == 0 ? "EU" : "Asia") }
        let count = given.count { $0.attributes[0].value == .text("NA") }
        let warnings = try Trainer.train(given).warnings
        #expect(
            warnings.filter { $0.kind == .nullWords }.map(\.description) == [
                "NA (\(count)) counts as missing in region; --keep VALUE keeps one as a value"
            ])
        let kept = try card(given) { $0.keep = ["na"] }
        #expect(kept.attributes[0].bins[0...2].map(\.label).contains("NA"))
        let read = try Scorecard(artifact: kept.artifact())
        #expect(read.bins(of: .text("NA"), in: read.attributes[0], at: Self.start)[0] < 3)
        #expect(read.bins(of: .text("NULL"), in: read.attributes[0], at: Self.start) == [3])
    }

    @Test("dates: ISO in its forms, both orders of day and month, words, epochs, spreadsheets")
    func dates() throws {
        func date(_ number: Int) -> Moment { Self.start.adding(seconds: -Int64(number) * 20) }
        func parts(_ number: Int) -> (day: String, month: String, year: Int, clock: String) {
            let date = date(number)
            func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
            return (
                two(date.date.day), two(date.date.month), date.date.year, String(date.text.dropFirst(11).prefix(8))
            )
        }
        func spelled(_ text: @escaping (Int) -> Value) -> [TrainingRecord] {
            records("Last Contacted") { number, _ in text(number) }
        }
        let iso = spelled { .text(date($0).text) }
        try expectSame(
            iso,
            [
                spelled { .text(String(date($0).text.dropLast(5))) },
                spelled { .text(date($0).text.replacing("T", with: " ").replacing("Z", with: "")) },
                spelled { .text(date($0).text.replacing("Z", with: "+0000")) },
                spelled { .text(date($0).text.replacing("T", with: " ").replacing(".000Z", with: " UTC")) },
                spelled { .text("\(parts($0).day).\(parts($0).month).\(parts($0).year) \(parts($0).clock)") },
                spelled { .text("\(parts($0).day)/\(parts($0).month)/\(parts($0).year) \(parts($0).clock)") },
                spelled { .text("\(parts($0).month)/\(parts($0).day)/\(parts($0).year), \(parts($0).clock)") },
                spelled { .number(Double(date($0).microseconds) / 1e6) },
                spelled { .text("\(date($0).milliseconds)") },
                spelled { .text("\(Double(date($0).milliseconds) / 86_400_000 + 25_569)") },
            ], readings: [nil, nil, nil, nil, nil, .init(dateOrder: .dayMonth), .init(dateOrder: .monthDay)])
    }

    @Test("an order of day and month that no value shows is said, and a flag decides it")
    func openOrder() throws {
        let open = records("Last Contacted") { number, _ in .text("0\(1 + number % 8)/0\(1 + number / 8 % 8)/2026") }
        let warnings = try Trainer.train(open).warnings.filter { $0.kind == .guessedSpelling }
        #expect(warnings.count == 1 && warnings[0].description.contains("--date-order mdy"))
        var options = TrainingOptions()
        options.dateOrder = .monthDay
        let result = try Trainer.train(open, options: options)
        #expect(!result.warnings.contains { $0.kind == .guessedSpelling })
        #expect(result.scorecard.attributes[0].values.dateOrder == .monthDay)
    }

    @Test("lists: semicolons, commas, pipes, JSON arrays, lists")
    func lists() throws {
        func choices(_ number: Int) -> [String] {
            ["CRM", "ERP", "Shop", "HR", "BI"].enumerated().filter { place, _ in
                place == 0 ? number < 400_000 : number >> place & 1 == 1
            }.map(\.element)
        }
        func spelled(_ value: @escaping ([String]) -> Value) -> [TrainingRecord] {
            records("label") { number, _ in value(choices(number)) }
        }
        try expectSame(
            spelled { .text($0.joined(separator: "; ")) },
            [
                spelled { .text($0.joined(separator: ", ")) }, spelled { .text($0.joined(separator: "|")) },
                spelled { .text("[" + $0.map { "\"\($0)\"" }.joined(separator: ",") + "]") }, spelled { .list($0) },
            ])
        let towns = records("town") { number, _ in .text("Town \(number % 7), Land \(number % 3)") }
        let card = try card(towns)
        guard case .category = try #require(card.attributes.last).reading else {
            Issue.record("two parts of one place are no list")
            return
        }
    }

    @Test("booleans: 1/0, true/false, yes/no, y/n, t/f are one fact")
    func booleans() throws {
        func spelled(_ yes: Value, _ no: Value) -> [TrainingRecord] {
            records("demo") { number, _ in number < 400_000 ? yes : no }
        }
        try expectSame(
            spelled(.text("1"), .text("0")),
            [
                spelled(.flag(true), .flag(false)), spelled(.text("true"), .text("FALSE")),
                spelled(.text("Yes"), .text("No")), spelled(.text("Y"), .text("n")), spelled(.text("t"), .text("f")),
                spelled(.number(1), .number(0)),
            ])
    }

    @Test("a plan that lies ahead is read as days ahead; a trace of what came later is missing")
    func ahead() throws {
        func dates(_ name: String) -> [TrainingRecord] {
            records(name) { number, _ in .text(Self.start.adding(seconds: Int64(number) * 20).dayText) }
        }
        let card = try card(dates("Expected Close"))
        let attribute = card.attributes[0]
        #expect(attribute.values.readsAhead == true && attribute.bins[attribute.missingBin].records == 0)
        #expect(attribute.bins[0].label.hasSuffix(" ahead"))
        #expect(try Scorecard(artifact: card.artifact()) == card)
        #expect(try self.card(dates("Last Activity")).attributes.map(\.name) == ["size"])
    }

    @Test("what can't be read is counted with the mend, and a number is never left out as an id")
    func unreadable() throws {
        let half = records("revenue") { number, random in random.unit() < 0.7 ? .text("\(number)") : .text("x\(number)")
        }
        let result = try Trainer.train(half)
        let warnings = result.warnings.filter { $0.attribute == "revenue" }
        #expect(warnings.map(\.kind) == [.unreadable, .unreadable])
        #expect(
            warnings[0].description.contains("% of its values are numbers")
                && warnings[0].description.contains("--missing"))
        #expect(result.scorecard.selection.first { $0.attribute == "revenue" }?.reason == .unreadable)
        let few = records("revenue") { number, random in random.unit() < 0.95 ? .text("\(number)") : .text("call us") }
        let count = few.count { $0.attributes[0].value == .text("call us") }
        #expect(
            try Trainer.train(few).warnings.contains {
                $0.description.contains("\(count) of 240 values")
                    && $0.description.contains("most often call us (\(count))")
            })
    }
}
