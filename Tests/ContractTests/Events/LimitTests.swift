import LeadModel
import Testing

@testable import Contract

@Suite("Limits")
struct LimitTests {
    private func quoted(_ count: Int, _ unit: String = "x") -> String {
        "\"\(String(repeating: unit, count: count))\""
    }

    /// Taken at the limit, refused one beyond it.
    private func bounded(
        _ limit: Int, _ refused: String, location: SourceLocation = #_sourceLocation, _ body: (Int) -> String
    ) {
        #expect(read(body(limit)).refused == nil, sourceLocation: location)
        #expect(read(body(limit + 1)).refused == refused, sourceLocation: location)
    }

    @Test("each size is taken at its limit and refused one beyond")
    func edges() {
        bounded(200, "too-large subject") { event("created", [("subject", quoted($0))]) }
        bounded(256, "too-large id") { event("created", [("id", quoted($0))]) }
        bounded(256, "too-large source") { event("created", [("source", quoted($0))]) }
        bounded(32, "too-large sequence") { event("created", [("sequence", quoted($0))]) }
        bounded(200, "too-large data.related.contact") { event(data: #"{"related":{"contact":\#(quoted($0))}}"#) }
    }

    /// As it is at the limit; one beyond it a strict organization refuses it, and others take it with what they cut and
    /// drop.
    private func adjusted(
        _ limit: Int, _ refused: String, cut: [String] = [], dropped: [String] = [],
        location: SourceLocation = #_sourceLocation, _ body: (Int) -> String
    ) {
        #expect(read(body(limit)).strictRefusal == nil, sourceLocation: location)
        let beyond = read(body(limit + 1))
        #expect(beyond.strictlyRefused == refused, sourceLocation: location)
        var record = Record()
        record.merge(beyond.events)
        #expect(record.adjustments?.cut == cut && record.adjustments?.dropped == dropped, sourceLocation: location)
    }

    @Test("a value of a record is taken at its limit; beyond, a strict organization refuses it and others adjust it")
    func values() {
        for name in ["owner", "name", "process", "stage"] {
            adjusted(8192, "too-large data.\(name)", cut: [name]) { event(data: "{\"\(name)\":\(quoted($0))}") }
        }
        adjusted(8192, "too-large data.attributes.a", cut: ["a"]) {
            event(data: #"{"attributes":{"a":\#(quoted($0))}}"#)
        }
        adjusted(8192, "too-large data.attributes.a[1]", cut: ["a"]) {
            event(data: #"{"attributes":{"a":["",\#(quoted($0))]}}"#)
        }
        adjusted(100, "too-large data.attributes.a", cut: ["a"]) {
            event(data: #"{"attributes":{"a":[\#(Array(repeating: "\"\"", count: $0).joined(separator: ","))]}}"#)
        }
        let longest = String(repeating: "x", count: 128)
        adjusted(128, "too-large data.attributes.\(longest)", dropped: [longest]) {
            event(data: #"{"attributes":{\#(quoted($0)):1}}"#)
        }
        adjusted(500, "too-large data.attributes", dropped: ["a99"]) {
            event(data: #"{"attributes":{\#((0..<$0).map { "\"a\($0)\":1" }.joined(separator: ","))}}"#)
        }
    }

    @Test("sizes are counted in bytes, not in characters")
    func bytes() {
        bounded(100, "too-large subject") { event("created", [("subject", quoted($0, "é"))]) }
        // A path is cut between characters, never within one.
        let refusal = read(event(data: #"{"attributes":{\#(quoted(65, "é")):1}}"#)).strictRefusal
        #expect(refusal?.field == "data.attributes." + String(repeating: "é", count: 64))
        let odd = read(event(data: #"{"attributes":{"x\#(String(repeating: "é", count: 64))":1}}"#)).strictRefusal
        #expect(odd?.field == "data.attributes.x" + String(repeating: "é", count: 63))
    }

    @Test("a body is bounded")
    func body() {
        let bare = event().utf8.count
        bounded(1 << 20, "too-large body") { event() + String(repeating: " ", count: $0 - bare) }
    }

    @Test("an event is bounded in its depth, alone as in a batch")
    func depth() {
        func deep(_ depth: Int) -> String {
            event("created", [("x", String(repeating: "[", count: depth) + String(repeating: "]", count: depth))])
        }
        var deepest = 0
        while deepest < 50, read(deep(deepest + 1)).refused == nil { deepest += 1 }
        #expect(deepest + 1 == Limits.standard.depth)
        #expect(read("[\(deep(deepest)),\(deep(deepest + 1))]").events.count == 1)
    }

    @Test("an event's time is at most one hour ahead")
    func ahead() {
        func at(_ time: String) -> String? { read(event("created", [("time", "\"\(time)\"")])).refused }
        #expect(at("2026-11-21T11:00:00Z") == nil)
        #expect(at("2026-11-21T11:00:00.000001Z") == "time-ahead time")
        #expect(at("2026-11-21T13:00:00+02:00") == nil)
        #expect(at("1999-01-01T00:00:00Z") == nil)
    }

    @Test("a record's dates are at most one day ahead, and in the years 1 to 9999 of UTC")
    func dates() {
        for field in ["createdAt", "closedAt", "stageSince"] {
            func at(_ date: String) -> String? { read(event(data: #"{"\#(field)":"\#(date)"}"#)).refused }
            #expect(at("2026-11-22T10:00:00Z") == nil)
            #expect(at("2026-11-22T10:00:00.001Z") == "time-ahead data.\(field)")
            #expect(at("9999-12-31T23:59:59.999999Z") == "time-ahead data.\(field)")
            #expect(at("0001-01-01T00:00:00Z") == nil)
            for beyond in [
                "0000-03-01T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999999999-23:59",
                "2016-12-31T23:58:60Z", "2016-12-31T23:59:60+01:00", "2016-12-31T23:59:61Z", "1900-02-29T00:00:00Z",
            ] {
                #expect(at(beyond) == "bad-value data.\(field)", "\(beyond)")
            }
        }
    }

    @Test("ids and names take no control characters, of Unicode's second block neither")
    func controlCharacters() {
        for control in ["\\u0000", "\\n", "\\u001f", "\u{7F}", "\u{80}", "\u{9F}"] {
            let text = "\"a\(control)b\""
            for member in ["id", "source", "subject", "sequence"] {
                #expect(read(event("created", [(member, text)])).refused == "bad-value \(member)")
            }
            #expect(
                read(event(data: #"{"attributes":{\#(text):1}}"#)).strictlyRefused == "bad-value data.attributes.a?b")
            #expect(
                read(event(data: #"{"related":{"account":\#(text)}}"#)).refused == "bad-value data.related.account")
            #expect(read(event(data: #"{"name":\#(text)}"#)).refused == nil)
        }
        #expect(read(event("created", [("subject", "\"a\u{A0}é🙂\"")])).refused == nil)
    }
}
