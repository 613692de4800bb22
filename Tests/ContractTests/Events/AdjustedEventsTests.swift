import LeadModel
import Testing

@testable import Contract

@Suite("Values that do not fit an event")
struct AdjustedEventsTests {
    private func attributes(_ json: String, verb: String = "created") throws -> [Exact: Value] {
        let event = try #require(read(event(verb, data: #"{"attributes":\#(json)}"#)).events.first)
        var record = Record()
        record.merge([event])
        return record.attributes
    }

    private func adjustments(_ json: String) throws -> Adjustments? {
        var record = Record()
        record.merge(read(event(data: #"{"attributes":\#(json)}"#)).events)
        return record.adjustments
    }

    @Test("a long text is cut between characters: no accent leaves its letter, no flag and no family is split")
    func characters() throws {
        func cut(_ unit: String, after ascii: Int = 0) throws -> String {
            let text = String(repeating: "x", count: ascii) + String(repeating: unit, count: 9000 / unit.utf8.count)
            guard case .text(let cut)? = try attributes(#"{"a":"\#(text)"}"#)["a"] else { return "" }
            #expect(text.hasPrefix(cut) && cut.utf8.count <= 8192 && cut.utf8.count > 8192 - unit.utf8.count)
            #expect(Array(text).starts(with: Array(cut)))
            return cut
        }
        for unit in ["x", "é", "e\u{301}", "日", "😀", "👩‍👩‍👧‍👦", "🇩🇪", "\r\n"] where unit != "\r\n" {
            for ascii in 0..<5 { _ = try cut(unit, after: ascii) }
        }
        #expect(try cut("e\u{301}", after: 1).unicodeScalars.last == "\u{301}")
        // One character that is longer than the limit is all that there is.
        let marks = "e" + String(repeating: "\u{301}", count: 5000)
        guard case .text(let rest)? = try attributes(#"{"a":"\#(marks)"}"#)["a"] else { return }
        #expect(rest.utf8.count == 8191)
    }

    @Test("an object is flattened one level; what is deeper is dropped; a member given by its full name wins")
    func flattened() throws {
        let json = #"{"address":{"city":"Bonn","zip":53111,"geo":{"lat":1},"tags":["a","b"],"none":null},"x":1}"#
        #expect(
            try attributes(json) == [
                "address.city": .text("Bonn"), "address.zip": .number(53111), "address.tags": .list(["a", "b"]),
                "x": .number(1),
            ])
        #expect(try adjustments(json)?.dropped == ["address.geo"])
        for json in [
            #"{"address":{"city":"Bonn"},"address.city":"Köln"}"#,
            #"{"address.city":"Köln","address":{"city":"Bonn"}}"#,
        ] {
            #expect(try attributes(json) == ["address.city": .text("Köln")])
            #expect(try adjustments(json)?.dropped == ["address.city"])
        }
        for json in [#"{"a":{"b.c":1},"a.b":{"c":2}}"#, #"{"a.b":{"c":2},"a":{"b.c":1}}"#] {
            #expect(try attributes(json) == ["a.b.c": .number(1)])
        }
        #expect(try adjustments(#"{"a":{}}"#) == nil)
        #expect(read(event(data: #"{"attributes":{"a":{}}}"#)).strictlyRefused == "wrong-type data.attributes.a")
    }

    @Test("names are trimmed and composed as the headers of files are; of two that then are one, the tidy one is kept")
    func tidied() throws {
        #expect(try attributes("{\"Gro\u{308}ße\":1,\" City \":2}") == ["Größe": .number(1), "City": .number(2)])
        #expect(try adjustments("{\" City \":2}") == nil)
        for json in [#"{"City":1," City":2}"#, #"{" City":2,"City":1}"#] {
            #expect(try attributes(json) == ["City": .number(1)])
            #expect(try adjustments(json)?.dropped == ["City"])
        }
        for json in [#"{"City ":1," City":2}"#, #"{" City":2,"City ":1}"#] {
            #expect(try attributes(json) == ["City": .number(2)])
        }
        for name in ["  ", #"\n"#, #"a\n"#, #"\ta"#] {
            #expect(try attributes(#"{"\#(name)":1,"x":1}"#) == ["x": .number(1)])
        }
        let twice = event(data: #"{"attributes":{"a":1," a":2}}"#)
        #expect(read(twice).strictlyRefused == "bad-value data.attributes.a")
    }

    @Test("a value of no usable type is dropped: nothing is kept of it, and no former value either")
    func unusable() throws {
        for value in ["[1,2]", #"["a",1]"#, "[null]", "[[]]", #"[{"a":1}]"#, "[true]"] {
            let json = #"{"a":\#(value),"b":1}"#
            #expect(try attributes(json) == ["b": .number(1)])
            #expect(try adjustments(json)?.dropped == ["a"])
        }
        let former = event(data: #"{"attributes":{"a":"former"}}"#)
        let patch = event(
            "updated", [("time", #""2026-11-21T09:40:00Z""#), ("data", #"{"patch":true,"attributes":{"a":[1]}}"#)])
        var record = Record()
        record.merge(read(former).events + read(patch, key: "acme.lead.updated").events)
        #expect(record.attributes.isEmpty && record.adjustments?.dropped == ["a"])
    }

    @Test("a number out of range is dropped, alone or in a batch; what is no number makes the event no JSON")
    func outOfRange() throws {
        for number in [
            "1e400", "-1e999", "18446744073709551616", "-9223372036854775809", "123456789012345678901234567890.5e300",
        ] {
            let body = event(data: #"{"attributes":{"a":\#(number),"b":{"c":[\#(number)]},"d":"1e999","e":1}}"#)
            for reading in [read(body), read("[\(event()),\(body)]")] {
                #expect(reading.strictlyRefused == "bad-number data.attributes.a")
                var record = Record()
                record.merge(reading.events.suffix(1))
                #expect(record.attributes == ["d": .text("1e999"), "e": .number(1)])
                #expect(record.adjustments?.dropped == ["a", "b.c"])
            }
        }
        for text in ["01", "1.", "1e", "+1", "1e400x"] {
            #expect(read(event(data: #"{"attributes":{"a":\#(text)}}"#)).strictlyRefused == nil)
            #expect(read(event(data: #"{"attributes":{"a":\#(text),"b":1e400}}"#)).refused != nil)
        }
        #expect(read(event(data: #"{"status":1e400}"#)).refused == "bad-number data.status")
        #expect(read(event("created", [("x", "1e400")])).strictlyRefused == "bad-number x")
        // What is wrong elsewhere is why the event is refused.
        #expect(read(event("created", [("x", "1e400"), ("time", nil)])).refused == "missing-field time")
    }

    @Test("a field that is no text has no value; what decides identity, order and state is refused as ever")
    func fields() {
        for field in ["owner", "name", "process", "stage"] {
            let reading = read(event(data: #"{"\#(field)":42,"attributes":{"x":1}}"#))
            #expect(reading.strictlyRefused == "wrong-type data.\(field)")
            var record = Record()
            record.merge(reading.events)
            #expect(record.adjustments?.dropped == [field] && record.attributes == ["x": .number(1)])
        }
        for data in [
            #"{"status":1}"#, #"{"createdAt":"soon"}"#, #"{"related":{"account":7}}"#, #"{"attributes":[]}"#,
            #"{"color":"red"}"#,
        ] { #expect(read(event(data: data)).refused != nil, "\(data)") }
        for member in ["id", "source", "type", "subject", "time", "organization", "specversion"] {
            #expect(read(event("created", [(member, "[1]")])).refused != nil, "\(member)")
        }
    }

    @Test(
        "of too many attributes those with a value are kept before those without, by name, in whatever order they come")
    func tooMany() throws {
        let all =
            (0..<700).map { ("a\($0)", $0 % 2 == 0 ? "null" : "\($0)") } + [("z", "1"), ("", "1"), ("y\u{1}", "1")]
        var random = SeededGenerator(state: 16)
        var first: Record?
        for _ in 0..<5 {
            let members = all.shuffled(using: &random).map { name, value in
                "\"\(name.replacing("\u{1}", with: "\\u0001"))\":\(value)"
            }
            var record = Record()
            record.merge(read(event(data: #"{"attributes":{\#(members.joined(separator: ","))}}"#)).events)
            #expect(record.attributes.count == 351)
            let adjustments = try #require(record.adjustments)
            // 701 names can be attributes: 201 are over the limit, two are no names.
            #expect(adjustments.dropped.count + adjustments.others == 203 && adjustments.dropped.count == 20)
            #expect(adjustments.dropped.first == "" && !adjustments.dropped.contains("z"))
            first = first ?? record
            #expect(record == first)
        }
    }

    @Test(
        "an event that alone exceeds a stored record has its longest values cut to one length, until it fits with room")
    func tooLarge() throws {
        func json(_ lengths: [Int], list: Int = 0) -> String {
            var members = lengths.enumerated().map { "\"t\($0 + 100)\":\"\(String(repeating: "x", count: $1))\"" }
            members.append(
                "\"list\":[\((0..<list).map { _ in "\"\(String(repeating: "y", count: 8000))\"" }.joined(separator: ","))]"
            )
            return "{\(members.joined(separator: ","))}"
        }
        func sizes(_ json: String) throws -> [Int] {
            try attributes(json).filter { $0.key != "list" }.sorted { $0.key < $1.key }.map {
                if case .text(let text) = $0.value { text.utf8.count } else { 0 }
            }
        }
        let limit = Limits.standard.recordBytes
        // What fits stays as it is, up to the limit.
        let fitting = [Int](repeating: 8000, count: 32)
        #expect(try sizes(json(fitting)) == fitting && adjustments(json(fitting)) == nil)
        let many = [Int](repeating: 8000, count: 60) + [Int](repeating: 100, count: 60)
        let cut = try sizes(json(many))
        #expect(cut.suffix(60) == many.suffix(60) && Set(cut.prefix(60)).count == 1)
        #expect(cut.reduce(0, +) < limit * 3 / 4 && cut.reduce(0, +) > limit * 7 / 10)
        #expect(read(event(data: #"{"attributes":\#(json(many))}"#)).strictlyRefused == "record-too-large data")
        let list = json([8000, 50], list: 90)
        guard case .list(let entries)? = try attributes(list)["list"] else { return #expect(Bool(false)) }
        #expect(entries.count > 15 && entries.count < 30)
        #expect(try sizes(list) == [8000, 50] && adjustments(list)?.cut == ["list"])
    }

    @Test("the stored state follows from the set of events that were cut and dropped, not from their order")
    func anyOrder() throws {
        let long = String(repeating: "é", count: 9000)
        let datas = [
            #"{"name":"\#(long)","attributes":{"a":"\#(long)","b":[1],"web.c":{"d":1},"":1}}"#,
            #"{"patch":true,"attributes":{"a":"short","b":["x"],"c":{"d":{"e":1}}}}"#,
            #"{"patch":true,"attributes":{"a":{"x":"\#(long)"},"b":null}}"#,
            #"{"patch":true,"name":7,"attributes":{\#((0..<510).map { "\"n\($0)\":1" }.joined(separator: ","))}}"#,
            #"{"attributes":{"b":"\#(long)"}}"#,
        ]
        let events = datas.enumerated().flatMap { index, data in
            read(
                event(
                    "updated",
                    [("id", "\"\(index)\""), ("time", "\"2026-11-21T09:0\(index % 4):00Z\""), ("data", data)]),
                key: "acme.lead.updated"
            ).events
        }
        #expect(events.count == datas.count)
        var random = SeededGenerator(state: 16)
        var states: Set<String> = []
        var last: Record?
        for _ in 0..<60 {
            var record = Record()
            for event in (events + events.prefix(2)).shuffled(using: &random) { record.merge([event]) }
            states.insert("\(record.adjustments.map { "\($0)" } ?? "")")
            #expect(last == nil || record == last)
            last = record
        }
        #expect(states.count == 1 && states.first?.isEmpty == false)
    }
}
