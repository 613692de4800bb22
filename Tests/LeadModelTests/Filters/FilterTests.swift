import Foundation
import TestKit
import Testing

@testable import LeadModel

@Suite("A filter")
struct FilterTests {
    private let now = Moment(rfc3339: "2026-12-01T12:00:00Z")!

    private func record(_ values: [(String, Value?)], _ fields: [(Field, Value?)] = []) -> Record {
        var record = Record()
        let all = fields + values.map { (Field.attribute(AttributeName(Exact($0.0))), $0.1) }
        record.merge([
            RecordEvent(
                kind: .lead, verb: .created, recordID: "L1", source: "s", id: "1",
                time: Moment(rfc3339: "2026-11-01T12:00:00Z")!, isPatch: false, fields: all.map(FieldValue.init))
        ])
        return record
    }

    private func holds(_ text: String, _ value: Value?, _ fields: [(Field, Value?)] = []) throws -> Bool {
        let filter = try RecordFilter(anyOf: [[.init(text: text)]])
        return PreparedScope(.init(filter: filter)).contains(record([("x", value)], fields), .init(), at: now)
    }

    @Test("reads values as training does: case, blanks, spellings of numbers and of yes make no difference")
    func values() throws {
        for (text, value, expected) in [
            ("x is Web", .text("web"), true), ("x is web", .text("  WEB "), true), ("x is web", .text("webs"), false),
            ("x in EU, UK", .text("uk"), true), ("x in EU, \"U, K\"", .text("u, k"), true),
            ("x in EU, UK", nil, false), ("x not in EU, UK", nil, true), ("x is not EU", .text("eu"), false),
            ("x is Yes", .flag(true), true), ("x is Yes", .number(1), true), ("x is true", .text("Y"), true),
            ("x is 1", .text("true"), true), ("x is No", .flag(true), false), ("x is n", .text("No"), false),
            ("x is 4", .number(4), true), ("x is 4.0", .text("4"), true), ("x is 1234", .text("1,234"), true),
            ("x in 1, 2", .number(3), false), ("x is é", .text("É"), true), ("x is é", .text("e\u{301}"), true),
            ("x is b", .list(["a", "b"]), true), ("x is b", .text("a; b"), true), ("x is c", .list(["a", "b"]), false),
            ("x from 10 to 20", .number(20), true), ("x from 10 to 20", .text("20.5"), false),
            ("x >= 10", .text("$1,000.00"), true), ("x>10", .number(10), false), ("x < 10", .text("many"), false),
            ("x <= 10", nil, false), ("x is empty", nil, true), ("x is empty", .text("N/A"), true),
            ("x is empty", .text(" "), true), ("x is empty", .number(0), false), ("x is not empty", .list([]), false),
            ("x is not empty", .flag(false), true), ("x older than 30 days", .text("2026-10-31"), true),
            ("x older than 30 days", .text("2026-11-02T13:00:00Z"), false),
            ("x newer than 30", .text("2026-11-02T13:00:00Z"), true), ("x newer than 1 day", .text("soon"), false),
            ("x newer than 1 day", .text("2027-01-01"), true),
        ] as [(String, Value?, Bool)] {
            #expect(try holds(text, value) == expected, "\(text) of \(String(describing: value))")
        }
    }

    @Test("reads stage, process, owner and age of the record, unless it has an attribute of that name")
    func fields() throws {
        let fields: [(Field, Value?)] = [
            (.owner, .text("Ann")), (.stage, .text("New")), (.process, .text("inbound")),
            (.createdAt, .number(Double(now.milliseconds - 86_400_000 * 40))),
            (.stageSince, .number(Double(now.milliseconds - 86_400_000 * 2))),
        ]
        for text in [
            "owner is ann", "stage in new, old", "process is not outbound", "createdAt older than 39 days",
            "stageSince newer than 3 days", "createdAt is not empty",
        ] {
            #expect(try holds(text, nil, fields), "\(text)")
        }
        #expect(try holds("createdAt newer than 31 days", nil), "else it began with its creation event")
        let own = record([("owner", .text("Bob"))], fields)
        let scope = PreparedScope(.init(filter: try RecordFilter(anyOf: [[.init(text: "owner is Bob")]])))
        #expect(scope.contains(own, .init(), at: now))
    }

    @Test("reads the account's and the contact's attributes, unless the record has its own")
    func joined() throws {
        let scope = PreparedScope(.init(filter: try RecordFilter(anyOf: [[.init(text: "account.region in EU")]])))
        let account = record([("region", .text("eu"))])
        #expect(scope.contains(record([]), .init(account: account), at: now))
        #expect(!scope.contains(record([]), .init(contact: account), at: now))
        #expect(!scope.contains(record([("account.region", .text("US"))]), .init(account: account), at: now))
        #expect(!scope.contains(record([]), .init(), at: now))
    }

    @Test("a process that a model is for is the record's, or the model is not for it")
    func process() throws {
        let scope = PreparedScope(.init(process: "Inbound"))
        let inbound = record([], [(.process, .text("inbound "))])
        #expect(scope.contains(inbound, .init(), at: now))
        #expect(!scope.contains(record([]), .init(), at: now))
        #expect(scope.contains(record([]), .init(), at: now, ignoresProcess: true))
        #expect(scope.obstacles(record([]), .init(), at: now) == ["process is Inbound"])
        let impossible = PreparedScope(.init(process: " "))
        #expect(!impossible.contains(record([]), .init(), at: now), "not everything, if a stored one can't be met")
        #expect(!impossible.contains(inbound, .init(), at: now))
    }

    @Test("is written as it is read, as text and as JSON")
    func texts() throws {
        for text in [
            "account.region in EU, UK", "x is Web", "x is not \"a, b\"", "\"Lead Source\" not in Web, Trade Fair",
            "employees from 1 to 2.5", "x >= 10", "x > 1", "x <= -3", "x < 0", "createdAt older than 90 days",
            "stageSince newer than 0.5 days", "x is empty", "x is not empty",
        ] {
            let condition = try RecordFilter.Condition(text: text)
            #expect(condition.words == text)
            let filter = try RecordFilter(anyOf: [[condition], [condition, condition]])
            let again = try JSONDecoder().decode(RecordFilter.self, from: JSONEncoder().encode(filter))
            #expect(again == filter)
        }
        #expect(try RecordFilter.Condition(text: "x = 3 is 4").attribute == "x = 3")
    }

    @Test("that can't be read or met says what is wrong and what there is")
    func faults() {
        for (text, words) in [
            ("region", "is not a condition; there are: NAME is X"), ("is 3", "is not a condition"),
            ("x is ", "is not a"),
            ("x in a,", "counts as no value"), ("x is N/A", "say `is empty`"),
            ("x >= many", "\"many\" is not a number"),
            ("x from 5 to 3", "no number is in the range from 5 to 3"), ("x from 5", "from 1 to 9"),
            ("x older than two or three", "a number of days"), ("x newer than -1 days", "0 to 36500"),
            ("x in \"a", "a quote is not closed"), ("\(String(repeating: "n", count: 129)) is 1", "1 to 128 bytes"),
        ] {
            let error = #expect(throws: FilterError.self) { try RecordFilter.Condition(text: text) }
            #expect(error?.description.contains(words) == true, "\(text): \(error?.description ?? "")")
        }
        let condition = try! RecordFilter.Condition("x", .isEmpty)
        for groups in [[], [[]], Array(repeating: [condition], count: 11), [Array(repeating: condition, count: 11)]] {
            #expect(throws: FilterError.self) { try RecordFilter(anyOf: groups) }
        }
    }

    @Test("agrees with a plain reading of its words, on random records and filters")
    func plainReading() throws {
        var random = SeededGenerator(seed: 20_261_201)
        let names = ["a", "b", "account.c", "stage"]
        let texts = ["web", "Web ", "4", "4.0", "yes", "No", "1", "", "N/A", "x; y", "2026-11-20", "Ü", "1,5"]
        func value() -> Value? {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: nil
            case 1: .number(Double(Int.random(in: 0...5, using: &random)))
            case 2: .flag(Bool.random(using: &random))
            case 3: .list([texts.randomElement(using: &random)!, texts.randomElement(using: &random)!])
            default: .text(texts.randomElement(using: &random)!)
            }
        }
        let conditions = [
            "in web, 4", "not in web, 4", "is Yes", "is not No", "is 1", "in X, Ü", "from 1 to 4", ">= 2", "< 4",
            "older than 9 days", "newer than 9 days", "is empty", "is not empty",
        ]
        var met = 0
        for _ in 0..<20_000 {
            let groups = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    "\(names.randomElement(using: &random)!) \(conditions.randomElement(using: &random)!)"
                }
            }
            let filter = try RecordFilter(anyOf: groups.map { try $0.map { try .init(text: $0) } })
            let own = names.filter { _ in Bool.random(using: &random) }.map { ($0, value()) }
            let (accounts, stage) = ([("c", value())], value().flatMap { if case .text = $0 { $0 } else { nil } })
            let lead = record(own, [(.stage, stage)])
            let scope = PreparedScope(.init(filter: filter))
            let isMet = scope.contains(lead, .init(account: record(accounts)), at: now)
            var values = Dictionary(uniqueKeysWithValues: accounts.map { ("account.\($0.0)", $0.1) })
            values["stage"] = stage
            for (name, value) in own where value != nil { values[name] = value }
            let expected = groups.contains { $0.allSatisfy { plainly($0, values) } }
            #expect(isMet == expected, "\(groups) of \(values)")
            #expect(scope.obstacles(lead, .init(account: record(accounts)), at: now).isEmpty == isMet)
            met += isMet ? 1 : 0
        }
        #expect((4000...16_000).contains(met), "\(met) met: the test tried too little")
    }

    /// Whether a condition holds, read word by word.
    private func plainly(_ condition: String, _ values: [String: Value?]) -> Bool {
        let words = condition.split(separator: " ", maxSplits: 1).map(String.init)
        let value = values[words[0]] ?? nil
        func same(_ a: String, _ b: String) -> Bool {
            func plain(_ text: String) -> String {
                let text = text.trimmingCharacters(in: .whitespaces).lowercased().precomposedStringWithCanonicalMapping
                return Double(text).map { "\($0)" } ?? text
            }
            return plain(a) == plain(b)
        }
        let texts: [String] =
            switch value {
            case nil: []
            case .number(let number): ["\(number)"]
            case .flag(let flag): ["\(flag)"]
            case .text(let text): [text] + text.split(separator: ";").map(String.init)
            case .list(let entries): entries + entries.flatMap { $0.split(separator: ";").map(String.init) }
            }
        func isOne(of options: [String]) -> Bool {
            texts.contains { text in
                !text.trimmingCharacters(in: .whitespaces).isEmpty && options.contains { same(text, $0) }
            }
        }
        let single: String? =
            switch value {
            case .text(let text): text
            case .list(let entries): entries.count == 1 ? entries[0] : nil
            case .number(let number): "\(number)"
            case .flag, nil: nil
            }
        let number = single.flatMap { $0 == "1,5" ? 1.5 : Double($0) }
        let isOld = single == "2026-11-20"
        switch words[1] {
        case "in web, 4": return isOne(of: ["web", "4"])
        case "not in web, 4": return !isOne(of: ["web", "4"])
        case "is Yes", "is 1": return isOne(of: ["yes", "1", "true", "y", "t"])
        case "is not No": return !isOne(of: ["no", "0", "false", "n", "f"])
        case "in X, Ü": return isOne(of: ["x", "ü"])
        case "from 1 to 4": return number.map { (1...4).contains($0) } ?? false
        case ">= 2": return number.map { $0 >= 2 } ?? false
        case "< 4": return number.map { $0 < 4 } ?? false
        case "older than 9 days": return isOld
        case "newer than 9 days": return false
        case "is empty", "is not empty":
            let isEmpty =
                switch value {
                case nil: true
                case .text(let text): text.isEmpty || text == "N/A"
                case .list(let entries): entries.isEmpty
                case .number, .flag: false
                }
            return isEmpty == (words[1] == "is empty")
        default: preconditionFailure(condition)
        }
    }
}
