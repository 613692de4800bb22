import Contract
import LeadModel
import TestKit
import Testing

@Suite("Odd ids, dates, numbers and names", .onOwnThreads)
struct OddValuesTests {
    private static let ids = [
        "😀", "%s%n", "*", "?[a-z]", "{acme/lead/00}", "}:x{", "a:b:1", "lead/x", " ", "é", "e\u{301}", "\u{301}x",
        "\u{202E}abc", String(repeating: "x", count: 200), "-", "--help", "'; DROP TABLE records; --",
        "\"*\" OR name:*",
        "=cmd()", "..", "\u{2028}", "\u{FEFF}", "1e999", "0", String(repeating: "ß", count: 100),
    ]
    /// With whether a connector may send them.
    private static let dates = [
        ("0000-01-01T00:00:00+23:59", false), ("0000-03-01T00:00:00Z", false), ("0001-01-01T00:00:00Z", true),
        ("9999-12-31T23:59:59.999999999-23:59", false), ("9999-12-31T23:59:59Z", false),
        ("1969-12-31T23:59:59.999999Z", true), ("2016-12-31T23:59:60Z", true), ("2024-02-29T00:00:00Z", true),
        ("1900-02-29T00:00:00Z", false),
    ]
    /// With whether they are numbers of JSON; those beyond 64 bits or a double are dropped.
    private static let numbers = [
        ("1.7976931348623157e308", true), ("-1.7976931348623157e308", true), ("5e-324", true), ("-0.0", true),
        ("18446744073709551615", true), ("-9223372036854775808", true), ("9007199254740993", true), ("1e-400", true),
        ("1e400", true), ("18446744073709551616", true), ("00", false), ("1.", false), ("NaN", false),
    ]
    private static let names = [
        ".", "..", ".x", "account.", "account.industry", "contact.a.b", String(repeating: "x", count: 128), "😀.😀", "é",
        "e\u{301}", "__proto__", "stage", "stageSince", "process", " ", "\"", "\\", "\u{200B}",
    ]

    @Test("each is scored or refused with its reason, and the ledger ends equal to the registry")
    func all() throws {
        let stage = try Stage(limit: nil)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ledger = try LedgerWithin(stage)
        defer { ledger.stop() }
        var refused = 0
        func publish(
            _ verb: String, _ id: String, of kind: RecordKind = .lead, time: String = Moment.present.text,
            data: String = "{}", isRefused: Bool = false
        ) throws {
            let event = """
                {"specversion":"1.0","id":"\(verb)","source":"test","type":"leadline.\(kind.rawValue).\(verb)",\
                "subject":\(Self.json(id)),"organization":"\(stage.org)","time":"\(time)","data":\(data)}
                """
            try stage.publish([("\(stage.org).\(kind.rawValue).\(verb)", Array(event.utf8))])
            refused += isRefused ? 1 : 0
        }

        for id in Self.ids {
            let text = Self.json(id)
            let named = Self.json(id + "\u{e9}")
            try publish(
                "created", id, data: #"{"name":\#(named),"owner":"\#(stage.run)","attributes":{"source":\#(text)}}"#)
            try publish(
                "created", "of \(id)".beginning(ofBytes: 200),
                data: #"{"related":{"account":\#(text),"contact":\#(text)}}"#)
            try publish("updated", id, of: .contact, data: #"{"name":\#(text),"attributes":{"industry":\#(text)}}"#)
            try publish("updated", id, of: .account, data: #"{"attributes":{"industry":\#(text)}}"#)
        }
        for id in Self.ids.prefix(6) {
            try publish("erased", id, of: .contact)
            try publish("deleted", id, of: .account)
        }
        for (number, (date, isGood)) in Self.dates.enumerated() {
            for field in ["createdAt", "closedAt", "stageSince"] {
                let data =
                    #"{"\#(field)":"\#(date)","stage":"s","attributes":{"source":"\#(date)","lastVisit":"\#(date)"}}"#
                try publish("created", "d\(number)\(field)", data: data, isRefused: !isGood)
            }
            let closed = #"{"createdAt":"\#(date)","closedAt":"\#(date)","status":"qualified"}"#
            try publish("imported", "d\(number)closed", data: closed, isRefused: !isGood)
            for verb in ["created", "updated", "deleted", "erased"] {
                try publish(
                    verb, "d\(number)\(verb)", time: date, data: #"{"attributes":{"a":null}}"#, isRefused: !isGood)
            }
        }
        for (number, (text, isGood)) in Self.numbers.enumerated() {
            let data = #"{"attributes":{"web.visits":\#(text),"source":\#(text),"x":\#(text)}}"#
            try publish("created", "n\(number)", data: data, isRefused: !isGood)
        }
        let members = Self.names.map { Self.json($0) + #":"v""# }.joined(separator: ",")
        try publish("created", "nul", data: #"{"name":"\u0000\u00e9","owner":"\u0000"}"#)
        try publish("created", "names", data: #"{"attributes":{\#(members)}}"#)

        let rejected = try stage.drain(Names.rejected, count: refused)
        #expect(rejected.count == refused)
        let reasons = Set(rejected.map { $0.properties.headers[Names.Header.reason]?.text })
        #expect(reasons == ["bad-value", "time-ahead", "bad-number", "not-json"])
        try stage.publish([.created("last", ["source": "web"])])
        #expect(try stage.eventually { try stage.record("last").scoring != nil })
        for (id, record) in zip(Self.ids, try stage.records(Self.ids)) { #expect(record.scoring != nil, "\(id)") }
        let tidied = Set(Self.names.map { Exact($0.tidied) }).subtracting([""])
        #expect(try Set(stage.record("names").attributes.keys) == tidied && tidied.count == Self.names.count - 2)
        // The ledger replaces NUL, and the comparison takes the composed and the decomposed "é" for one id.
        let differences = try stage.awaitLedger(ledger.path, except: ["nul", "\u{e9}", "of \u{e9}"])
        #expect(differences == [])
        #expect(worker.count(of: "starts again") == 0)
        #expect(worker.terminate() == 0)
    }

    private static func json(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension String {
    /// Its beginning, of whole characters.
    fileprivate func beginning(ofBytes count: Int) -> String {
        var text = self
        while text.utf8.count > count { text.removeLast() }
        return text
    }
}
