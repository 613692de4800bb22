import LeadModel
import Testing

@testable import LeadTrainer

@Suite("An attribute's kind follows from its values, without a declaration")
struct AttributeKindsTests {
    private static let start = Moment(microseconds: 1_750_000_000_000_000)

    @Test(
        "in lists and in texts separated by semicolons, each entry has points of its own",
        arguments: [true, false])
    func lists(asLists: Bool) throws {
        let records = records { random, isPositive in
            let choices = ["CRM", "ERP", "Shop", "HR"].filter {
                $0 == "CRM" ? random.unit() < (isPositive ? 0.7 : 0.2) : random.unit() < 0.4
            }
            return ["interests": asLists ? .list(choices) : .text(choices.joined(separator: "; "))]
        }
        let card = try Trainer.train(records).scorecard
        let attribute = try #require(card.attributes.first)
        guard case .list = attribute.reading else {
            Issue.record("read as \(attribute.reading)")
            return
        }
        #expect(Set(attribute.bins.prefix(4).map(\.label)) == ["CRM", "ERP", "Shop", "HR"])
        #expect(attribute.bins.suffix(3).map(\.label) == ["missing", "rare values", "never seen before"])
        let crm = try #require(attribute.bins.first { $0.label == "CRM" })
        #expect(crm.points > 0.8)
        for bin in attribute.bins where bin.label != "CRM" { #expect(bin.points < 0.5, "\(bin.label)") }
        try expectCounts(card, records)

        func logOdds(_ value: Value) -> Double {
            card.logOdds(card.evidence(of: [(name: Exact("interests"), value: value)], at: Self.start))
        }
        let (one, other) = (logOdds(.text("CRM")), logOdds(.list(["ERP"])))
        #expect(abs(logOdds(.text("erp; CRM")) - (one + other - card.intercept)) < 1e-9)
    }

    @Test("a text with semicolons is not read as a list if it has too many different entries")
    func noLists() throws {
        var number = 0
        let records = records { random, isPositive in
            number += 1
            return [
                "channel": .text(random.unit() < 0.5 ? "web; paid" : "fair"),
                "remark": .text("called \(number); wants to hear again"),
            ]
        }
        let result = try Trainer.train(records)
        #expect(result.scorecard.attributes.map(\.name) == ["channel"])
        guard case .category = result.scorecard.attributes[0].reading else {
            Issue.record("read as \(result.scorecard.attributes[0].reading)")
            return
        }
        #expect(result.warnings.map(\.kind) == [.identifier])
    }

    @Test("a date is read as its age at the record's creation; a later date is missing")
    func ages() throws {
        let records = records { random, isPositive in
            let days = (isPositive ? 5 : 60) * random.unit() * 2 - 2
            let date = Self.start.adding(seconds: -Int64(days * 86_400))
            return ["lastCall": .text(random.unit() < 0.05 ? "soon" : date.text)]
        }
        let card = try Trainer.train(records).scorecard
        let attribute = try #require(card.attributes.first)
        guard case .age = attribute.reading else {
            Issue.record("read as \(attribute.reading)")
            return
        }
        try expectCounts(card, records)
        #expect(attribute.bins[attribute.missingBin].records > 5)
        #expect(attribute.bins.last?.label == "not a date")
        #expect(attribute.bins.first?.label.hasPrefix("under ") ?? false)
        let young = try #require(attribute.bins.first)
        let old = attribute.bins[attribute.valueBinCount - 1]
        #expect(young.points > old.points + 1)
    }

    @Test("ages are labelled in readable units")
    func words() {
        let edges = [1.0 / 24, 3, 45, 2 * 365.25 / 12, 5 * 365.25 / 12, 365.25]
        #expect(
            (0...6).map { AgeLabels.label($0, edges: edges) } == [
                "under 1 hour", "1 hour to 3 days", "3 to 45 days", "45 days to 2 months", "2 to 5 months",
                "5 months to 1 year", "1 year and more",
            ])
        #expect(AgeLabels.roundest(above: 2.2, to: 3.7) == 3)
        #expect(AgeLabels.roundest(above: 2, to: 3) == 3)
        #expect(AgeLabels.roundest(above: 50, to: 70) == 2 * 365.25 / 12)
    }

    @Test("if no record has its own dates, ages are measured at the newest date of any attribute")
    func newest() throws {
        var records = records { random, isPositive in
            ["seen": .text(Self.start.adding(seconds: -Int64(random.unit() * (isPositive ? 1e6 : 5e6))).text)]
        }
        for index in records.indices { (records[index].createdAt, records[index].closedAt) = (nil, nil) }
        records[7].attributes = [("seen", .text("2025-06-20"))]
        let card = try Trainer.train(records).scorecard
        #expect(card.training.asOf == "2025-06-20T00:00:00.000Z")
    }

    @Test("for e-mail addresses, names and telephone numbers only the kind is shown, never the text")
    func signals() throws {
        var number = 1000
        var records = records { random, isPositive in
            number += 1
            let isFree = random.unit() < (isPositive ? 0.2 : 0.6)
            let letters = ["mar", "lin", "tor", "ben", "sal", "nor", "vik", "dan"]
            let name = (letters[number % 8] + letters[number / 8 % 8] + letters[number / 64 % 8]).capitalized
            return [
                "email": .text("quillwort\(number)@\(isFree ? "gmail.com" : "firm\(number).de")"),
                "contact.lastName": .text(random.unit() < (isPositive ? 0.05 : 0.3) ? "asdf" : name),
                "phone": .text(random.unit() < 0.2 ? "12" : "+49 30 47\(number * 37 % 9973)1"),
            ]
        }
        let result = try Trainer.train(records)
        let card = result.scorecard
        #expect(card.attributes.map(\.name) == ["contact.lastName", "email", "phone"])
        let labels = card.attributes.map { $0.bins.filter { $0.records > 0 }.map(\.label).sorted() }
        #expect(
            labels == [
                ["implausible", "plausible"], ["business domain", "free-mail domain"], ["implausible", "plausible"],
            ])
        try expectCounts(card, records)
        let text = String(decoding: card.artifact(), as: UTF8.self)
        for part in ["quillwort", "gmail", "firm1", "asdf", "+49"] { #expect(!text.contains(part)) }

        for index in 0..<400 {
            number = index
            records[index].attributes[2].value = .text("+49 30 47\(100_000 + number * 37)")
        }
        let warnings = try Trainer.train(records).warnings
        #expect(warnings.map(\.description) == ["phone is left out: the kind of text is the same for all leads"])
    }

    @Test("attributes of related entities and attributes with unknown names are used like any other")
    func prefixes() throws {
        let records = records { random, isPositive in
            [
                "account.industry": .text(random.unit() < (isPositive ? 0.6 : 0.3) ? "Finance" : "Retail"),
                "web.visits": .number((random.unit() * 20).rounded()),
                "größe (neu) 2": .flag(random.unit() < 0.5),
            ]
        }
        let card = try Trainer.train(records).scorecard
        #expect(card.attributes.map(\.name) == ["account.industry", "größe (neu) 2", "web.visits"])
        try expectCounts(card, records)
    }

    @Test("the selection has a reason for every attribute; one that is not selected changes no bit of the result")
    func selection() throws {
        let records = records { random, isPositive in
            [
                "source": .text(random.unit() < (isPositive ? 0.6 : 0.3) ? "web" : "fair"),
                "copy": .text(isPositive ? "y" : "n"), "same": .text("no"), "size": .number(random.unit()),
            ]
        }
        var changed = records
        for index in changed.indices where index % 3 == 0 {
            for place in changed[index].attributes.indices where changed[index].attributes[place].name == "copy" {
                changed[index].attributes[place].value = .number(Double(index))
            }
        }
        var options = TrainingOptions()
        options.exclude = ["copy"]
        let card = try Trainer.train(records, options: options).scorecard
        #expect(card.selection.map(\.attribute) == ["copy", "same", "size", "source"])
        #expect(card.selection.map(\.reason) == [.excluded, .constant, .used, .used])
        #expect(card.selection[1].warning?.contains("the same for all leads") ?? false)
        #expect(try Trainer.train(changed, options: options).scorecard.artifact() == card.artifact())
        for (one, other) in zip(records, changed) {
            let both = [one, other].map { card.probability(card.evidence(of: $0.attributes, at: Self.start)) }
            #expect(both[0].bitPattern == both[1].bitPattern)
        }

        options.exclude = []
        options.only = ["source", "copy"]
        let only = try Trainer.train(records, options: options).scorecard
        #expect(only.selection.map(\.reason) == [.used, .notSelected, .notSelected, .used])
        #expect(only.selection[0].warning?.contains("AUC 0.9") ?? false)
        #expect(only.attributes.map(\.name) == ["copy", "source"])
    }

    @Test("unusual values fall into the same bins in scoring as in training")
    func oddValues() throws {
        let odd: [Value] =
            [
                "NaN", "inf", "-0", "00", "1e400", "-1.7e308", "1.7e308", "1.6e308", "5e-324", " 7 ", "7.0", "+7",
                "0x1F",
                "", "  ", "a;b", "b; a ;A", ";;", "2025-02-30", "2025-02-03", "2025-02-03 10:00", "2999-01-01",
                "Straße",
                "STRASSE", "\u{E4}", "a\u{308}", "\u{130}", "\u{131}", "ann@gmail.com", "bob@firm.de", "@", "李雷",
                "True",
                "N/A",
            ].map(Value.text) + [
                .list([]), .list(["a"]), .list(["a;b", "c"]), .flag(true), .number(-0.0), .number(1e300),
            ]
        let huge: [Value] = [.number(-1.7e308), .number(1.7e308), .text("1.6e308")]
        func drawn(_ random: inout SplitMix64, _ usual: Value, oddOf hundred: Int) -> Value {
            random.index(below: 100) < hundred ? odd[random.index(below: odd.count)] : usual
        }
        let records = records { random, isPositive in
            let number = random.index(below: 1000)
            let day = Moment(microseconds: Self.start.microseconds - Int64(number) * 86_400_000_000).text
            return [
                "all": drawn(&random, .text(""), oddOf: 100),
                "number": drawn(&random, .number(Double(number)), oddOf: 8),
                "date": drawn(&random, .text(day), oddOf: 8),
                "list": drawn(&random, .text("x\(number % 3);y\(number % 5)"), oddOf: 20),
                "email": drawn(&random, .text("p\(number)@firm\(number).de"), oddOf: 20),
                "full name": drawn(&random, .text("Ann Lee \(number)"), oddOf: 20),
                "huge": huge[random.index(below: 3)],
            ]
        }
        var options = TrainingOptions()
        options.missing = ["n/a", "7", "2025-02-03", "a\u{308}"]
        let card = try Trainer.train(records, options: options).scorecard
        #expect(card.attributes.map(\.name) == ["all", "date", "email", "full name", "huge", "list", "number"])
        try expectCounts(card, records)
    }

    /// 400 records, half of them positive, all created at the same time.
    private func records(_ attributes: (inout SplitMix64, Bool) -> KeyValuePairs<String, Value>) -> [TrainingRecord] {
        var random = SplitMix64(seed: 17)
        return (0..<400).map { number in
            let isPositive = random.unit() < 0.5
            return TrainingRecord(
                attributes: attributes(&random, isPositive).map { (name: Exact($0.key), value: $0.value) },
                isPositive: isPositive, createdAt: Self.start)
        }
    }

    /// Expects the scorecard's counts to match the bins that it finds for the records.
    private func expectCounts(
        _ card: Scorecard, _ records: [TrainingRecord], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var counts = card.attributes.map { $0.bins.map { _ in 0 } }
        for record in records {
            let evidence = card.evidence(of: record.attributes, at: Self.start)
            for index in card.attributes.indices {
                for bin in card.bins(of: index, in: evidence) { counts[index][bin] += 1 }
            }
        }
        for (attribute, counts) in zip(card.attributes, counts) {
            #expect(attribute.bins.map(\.records) == counts, "\(attribute.name)", sourceLocation: sourceLocation)
        }
        #expect(try Scorecard(artifact: card.artifact()) == card, sourceLocation: sourceLocation)
    }
}
