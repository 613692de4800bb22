import Intake
import LeadModel
import Testing

@Suite("Files of JSON lines")
struct JSONLinesReaderTests {
    private func file(_ lines: String...) throws -> FixtureFile {
        try FixtureFile(lines.joined(separator: "\n"), name: "leads.jsonl")
    }

    @Test("each value keeps its kind, and null, blank text and an empty list are none")
    func kinds() throws {
        let record = try #require(
            try file(#"{"t":"4","n":4,"d":-1.5e2,"one":1,"yes":true,"no":false,"l":["a","b"],"e":[],"z":null,"b":" "}"#)
                .records().first)
        #expect(record["t"] == .text("4"))
        #expect(record["n"] == .number(4))
        #expect(record["d"] == .number(-150))
        #expect(record["one"] == .number(1))
        #expect(record["yes"] == .flag(true))
        #expect(record["no"] == .flag(false))
        #expect(record["l"] == .list(["a", "b"]))
        #expect(record.attributes.count == 7)
        #expect(record.emptied.map(\.text) == ["b", "e", "z"])
    }

    @Test("an object named attributes is spread, and its keys can have roles")
    func attributes() throws {
        let record = try #require(
            try file(#"{"id":"7","attributes":{"web.visits":3,"secret":"x","won":"yes"}}"#).records {
                ($0.id, $0.exclude, $0.outcome, $0.positive) = ("id", ["secret"], "won", "Yes")
            }.first)
        #expect(record.id == "7")
        #expect(record.outcome == .positive)
        #expect(record.attributes.map(\.name.text) == ["web.visits"])
    }

    @Test("a key that is in the object and in its attributes is an error")
    func twice() throws {
        #expect(try file(#"{"a":1,"attributes":{"a":2}}"#).failure()?.column == "a")
    }

    @Test("a key that is twice in its object is an error that names it; keys that only look alike are two columns")
    func duplicateKeys() throws {
        for line in [#"{"b":1,"b":"secret"}"#, #"{"attributes":{"b":1,"b":2}}"#] {
            let error = try #require(try file(#"{"a":1}"#, line).failure())
            #expect(error.line == 2 && error.column == "b" && error.what == "the key is twice in its object")
        }
        let record = try #require(try file(#"{"\u00e9":1,"e\u0301":2}"#).records().first)
        #expect(record.attributes.map(\.value) == [.number(2), .number(1)])
    }

    @Test("a number beyond 64 bits or a double is an error", arguments: ["1e400", "18446744073709551616", "NaN", "01"])
    func badNumbers(number: String) throws {
        let error = try #require(try file(#"{"a":1}"#, #"{"a":\#(number)}"#).failure())
        #expect(error.line == 2)
    }

    @Test("a line that is no object is an error that names it", arguments: ["[1]", "{\"a\":1", "7", "{} {}", "a,b"])
    func noObject(line: String) throws {
        #expect(try file(#"{"a":1}"#, line).failure()?.line == 2)
    }

    @Test("text that is not UTF-8 is an error that names its line")
    func invalidUTF8() throws {
        let file = try FixtureFile(Array("{\"a\":\"K".utf8) + [0xF6] + Array("\"}\n".utf8), name: "leads.jsonl")
        #expect(file.failure()?.what == "this is not UTF-8")
    }

    @Test("a byte order mark, CRLF and blank lines are ignored")
    func lineEnds() throws {
        let records = try FixtureFile("\u{FEFF}{\"a\":1}\r\n\r\n{\"a\":2}", name: "leads.NDJSON").records()
        #expect(records.map { $0["a"] } == [.number(1), .number(2)])
        #expect(records.map(\.line) == [1, 3])
        #expect(records.map(\.row) == [0, 1])
    }

    @Test("a column must be in at least one line")
    func sparseColumns() throws {
        let file = try file(#"{"id":1}"#, #"{"id":2}"#, #"{"id":3,"closed":"2026-01-01"}"#)
        let records = try file.records { ($0.id, $0.closed) = ("id", "closed") }
        #expect(records.map(\.id) == ["1", "2", "3"])
        #expect(records.map { $0.closedAt?.dayText } == [nil, nil, "2026-01-01"])
        #expect(file.failure { $0.created = "close" }?.advice == "Did you mean closed?")
    }

    @Test("an id may be a whole number, and a date may be an epoch")
    func roles() throws {
        #expect(try file(#"{"id":4.0}"#).records { $0.id = "id" }[0].id == "4")
        #expect(try file(#"{"id":90071992547409930}"#).failure { $0.id = "id" }?.column == "id")
        #expect(try file(#"{"id":1.5}"#).failure { $0.id = "id" }?.column == "id")
        #expect(try file(#"{"at":1795000000}"#).records { $0.created = "at" }[0].createdAt?.dayText == "2026-11-18")
        #expect(try file(#"{"at":17}"#).failure { $0.created = "at" }?.column == "at")
    }
}
