import Intake
import LeadModel
import Testing

@Suite("ParsedMessage CSV files")
struct CSVReaderTests {
    @Test("quoted values may hold delimiters, line ends and doubled quotes")
    func quoting() throws {
        let records = try FixtureFile("a,b,c\n\"1,2\",\"two\nlines\",\"say \"\"hi\"\"\"\nx,y,z\n").records()
        #expect(records.map(\.texts) == [["1,2", "two\nlines", "say \"hi\""], ["x", "y", "z"]])
    }

    @Test("a row's line is that of its beginning in the file, however many lines earlier rows take")
    func lines() throws {
        let records = try FixtureFile("a,b\r\n\"1\r\n1\",2\r\n\r\n3,4\r\n").records()
        #expect(records.map(\.line) == [2, 5])
        #expect(records.map(\.row) == [0, 1])
    }

    @Test("line ends are LF, CRLF or CR, and the last may be missing", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let text = ["a,b", "1,2", "3,4"].joined(separator: end)
        #expect(try FixtureFile(text).records().map(\.texts) == [["1", "2"], ["3", "4"]])
        #expect(try FixtureFile(text + end).records().map(\.line) == [2, 3])
    }

    @Test("a last field that is empty is there, also where the file ends without a line end")
    func emptyLastField() throws {
        #expect(try FixtureFile("a,b\n1,").records().map(\.texts) == [["1"]])
        #expect(try FixtureFile("a,b\n1,\"\"").records().map(\.texts) == [["1"]])
    }

    @Test("a byte order mark is no part of the first column's name")
    func byteOrderMark() throws {
        #expect(try FixtureFile("\u{FEFF}a,b\n1,2\n").records()[0]["a"] == .text("1"))
        #expect(try FixtureFile("\u{FEFF}\"a\",b\n1,2\n").records()[0]["a"] == .text("1"))
    }

    @Test("the header decides whether commas, semicolons or tabs separate fields", arguments: [",", ";", "\t"])
    func delimiters(delimiter: String) throws {
        let lines = [["\"a,;,;\"", "b", "c"], ["x", "\"1\(delimiter)2\"", "y"]]
        let file = try FixtureFile(lines.map { $0.joined(separator: delimiter) }.joined(separator: "\n"))
        #expect(try file.records().map(\.texts) == [["x", "1\(delimiter)2", "y"]])
    }

    @Test("lists in all rows don't make their separator the delimiter")
    func lists() throws {
        let records = try FixtureFile("a,b\n1,x;y\n2,y;z\n3,x;z\n").records()
        #expect(records.map { $0["b"] } == [.text("x;y"), .text("y;z"), .text("x;z")])
    }

    @Test("values lose blanks around them and are composed; signs and a quote in the middle stay")
    func tidied() throws {
        let records = try FixtureFile("a,b,c,d\n x ,5\" pipe,e\u{301},a  b\n").records()
        #expect(records[0].texts.map { Array($0.utf8) } == ["x", "5\" pipe", "\u{E9}", "a  b"].map { Array($0.utf8) })
    }

    @Test("a row with another number of fields is an error that names its line and no value")
    func raggedRows() throws {
        for row in ["secret", "secret,2,3"] {
            let error = try #require(try FixtureFile("a,b\n1,2\n\(row)\n").failure())
            #expect(error.line == 3)
            #expect(error.kind == .data)
            #expect(error.what.hasSuffix("the header has 2"))
            #expect(!error.description.contains("secret"))
        }
    }

    @Test("a quote left open is an error that names the line of the quote")
    func openQuote() throws {
        let error = try #require(try FixtureFile("a,b\n1,2\n1,\"secret\n3,4\n5,6\n").failure())
        #expect(error.line == 3)
        #expect(!error.description.contains("secret"))
    }

    @Test("text after a closing quote is an error")
    func textAfterQuote() throws {
        #expect(try FixtureFile("a,b\n1,\"x\"y\n").failure()?.line == 2)
    }

    @Test("text that is not UTF-8 is an error that names line and column")
    func invalidUTF8() throws {
        let latin = Array("a,city\n1,Bonn\n2,K".utf8) + [0xF6] + Array("ln\n".utf8)
        let error = try #require(try FixtureFile(latin).failure())
        #expect(error.line == 3)
        #expect(error.column == "city")
    }

    @Test("a file without any line is an error")
    func empty() throws {
        #expect(try FixtureFile("").failure()?.what == "it is empty")
        #expect(try FixtureFile("\n\n").failure()?.what == "it is empty")
    }

    @Test("names that look alike are two columns, of which the second is numbered")
    func exactNames() throws {
        let records = try FixtureFile("caf\u{E9},cafe\u{301}\n1,2\n").records()
        #expect(records[0].texts == ["1", "2"])
        #expect(records[0].attributes.map(\.name) == ["caf\u{E9}", "caf\u{E9} (2)"])
    }

    @Test("a file with only a header has no records")
    func headerAlone() throws {
        #expect(try FixtureFile("a,b").records().isEmpty)
    }

    @Test("a missing file or an unknown format is an error that says what is accepted")
    func otherFiles() throws {
        let error = try #require(try FixtureFile("a\n1\n", name: "leads.xlsx").failure())
        #expect(error.kind == .usage)
        #expect(error.advice?.contains("FILE.jsonl") == true)
        let missing = #expect(throws: IntakeError.self) {
            try RecordFile(path: "/nowhere/leads.csv", roles: ColumnRoles())
        }
        #expect(missing?.kind == .data && missing?.what == "it cannot be opened: No such file or directory")
        #expect(throws: IntakeError.self) { try RecordFile(path: "-", roles: ColumnRoles()) }
    }

    @Test("rows that cross the border of a chunk are complete")
    func longFiles() throws {
        let rows = (0..<30_000).map { "\($0),\"value, \($0)\",\"\"" }
        let records = try FixtureFile("a,b,c\n" + rows.joined(separator: "\r\n")).records()
        #expect(records.count == 30_000)
        #expect(records.enumerated().allSatisfy { $1.texts == ["\($0)", "value, \($0)"] && $1.line == $0 + 2 })
    }
}
