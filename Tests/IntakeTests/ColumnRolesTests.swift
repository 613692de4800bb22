import Intake
import LeadModel
import Testing

@Suite("Roles of columns")
struct ColumnRolesTests {
    private let text = "Id,Outcome,Created,Closed,Owner,Title,Source,Visits\n"

    private func record(_ row: String, _ flags: (inout ColumnRoles) -> Void) throws -> FileRecord {
        try #require(try FixtureFile(text + row + "\n").records(flags).first)
    }

    @Test("columns with a role are no attributes, nor are excluded ones; the others are, by their own names")
    func attributes() throws {
        let record = try record("7,1,2026-01-02,,ann,Deal,web,4") {
            ($0.id, $0.outcome, $0.positive, $0.created, $0.closed) = ("Id", "Outcome", "1", "Created", "Closed")
            ($0.owner, $0.name, $0.exclude) = ("Owner", "Title", ["Source"])
        }
        #expect(record.id == "7")
        #expect(record.owner == "ann")
        #expect(record.name == "Deal")
        #expect(record.outcome == .positive)
        #expect(record.createdAt?.text == "2026-01-02T00:00:00.000Z")
        #expect(record.closedAt == nil)
        #expect(record.attributes.map(\.name.text) == ["Visits"])
        #expect(record["Visits"] == .text("4"))
    }

    @Test("with a selection no other column is an attribute")
    func only() throws {
        let record = try record("7,1,2026-01-02,,ann,Deal,web,4") { ($0.id, $0.only) = ("Id", ["Visits", "Source"]) }
        #expect(record.attributes.map(\.name.text) == ["Source", "Visits"])
    }

    @Test("an empty or missing outcome means open; any other than the positive one is negative")
    func outcomes() throws {
        func outcome(_ value: String, positive: String) throws -> FileRecord.Outcome {
            try record("7,\(value),,,,,,") {
                ($0.outcome, $0.positive, $0.missing) = ("Outcome", positive, ["n/a"])
            }.outcome
        }
        for value in ["", " ", "N/A"] { #expect(try outcome(value, positive: "Won") == .open) }
        for value in ["Won", "won", " WON "] { #expect(try outcome(value, positive: "Won") == .positive) }
        for value in ["1", "1.0", " 1"] { #expect(try outcome(value, positive: "1") == .positive) }
        for value in ["Lost", "0", "no"] { #expect(try outcome(value, positive: "Won") == .negative) }
        #expect(try record("7,1,,,,,,") { $0.id = "Id" }.outcome == .open)
    }

    @Test("the outcome is a status of the entity")
    func statuses() {
        #expect(FileRecord.Outcome.positive.status(of: .opportunity) == .won)
        #expect(FileRecord.Outcome.negative.status(of: .lead) == .disqualified)
        #expect(FileRecord.Outcome.open.status(of: .lead) == .open)
    }

    @Test("texts given as missing are no values, whatever their case, blanks or decimals")
    func missing() throws {
        let texts = MissingTexts(["Select", "-1"])
        for text in ["Select", " select ", "-1", "-1.0", "", "  "] { #expect(texts.contains(.text(text))) }
        for text in ["Selected", "1", "0"] { #expect(!texts.contains(.text(text))) }
        #expect(texts.contains(.number(-1)))
        #expect(texts.contains(.list([])))
        #expect(!texts.contains(.flag(false)))
        let record = try record("7,1,2026-01-02,,SELECT,Deal,Select,4") {
            ($0.missing, $0.owner) = (["select"], "Owner")
        }
        #expect(record.owner == nil)
        #expect(record["Source"] == nil)
        #expect(record.emptied.map(\.text) == ["Closed", "Source"])
    }

    @Test(
        "dates are RFC 3339, or day and time of day in UTC",
        arguments: [
            ("2026-11-21", "2026-11-21T00:00:00.000Z"),
            ("2026-11-21 09:30", "2026-11-21T09:30:00.000Z"),
            ("2026-11-21 09:30:15", "2026-11-21T09:30:15.000Z"),
            ("2026-11-21 09:30:15.25", "2026-11-21T09:30:15.250Z"),
            ("2026-11-21T09:30:00Z", "2026-11-21T09:30:00.000Z"),
            ("2026-11-21T09:30:00+02:00", "2026-11-21T07:30:00.000Z"),
            (" 2024-02-29 ", "2024-02-29T00:00:00.000Z"),
        ])
    func dates(written: String, read: String) throws {
        #expect(try record("7,,\(written),,,,,") { $0.created = "Created" }.createdAt?.text == read)
    }

    @Test(
        "any other date is an error that names line and column, not the value",
        arguments: [
            "2026-02-30", "31/02/2026", "2026-11-21 25:00", "20261321", "17950", "2026-11-21 9", "2026-11-2x",
            "yesterday",
        ])
    func noDates(written: String) throws {
        let file = try FixtureFile("\(text)7,,2026-01-01,,,,,\n8,,\(written),,,,,\n")
        let error = try #require(file.failure { $0.created = "Created" })
        #expect(error.line == 3)
        #expect(error.column == "Created")
        #expect(!error.description.contains(written))
    }

    @Test("the error about a missing column suggests similar columns, or lists all")
    func unknownColumn() throws {
        let file = try FixtureFile("Prospect ID,Lead Number,Converted\n1,2,0\n")
        func advice(_ name: String) throws -> String? {
            let error = try #require(file.failure { $0.id = name })
            #expect(error.kind == .usage)
            #expect(error.what == "there is no column \(name): the column of the record's id")
            #expect(error.options == [.column(.id)])
            return error.advice
        }
        #expect(try advice("prospect_id") == "Did you mean Prospect ID?")
        #expect(try advice("Lead Numbr") == "Did you mean Lead Number?")
        #expect(try advice("Identifier") == "Its columns: Prospect ID, Lead Number, Converted.")
        #expect(file.failure { $0.name = "Title" }?.options == [.column(.name)])
        for flag in [\ColumnRoles.exclude, \ColumnRoles.only] {
            #expect(file.failure { $0[keyPath: flag] = ["Convertd"] }?.advice == "Did you mean Converted?")
        }
    }

    @Test("roles that contradict each other are an error before any file is read")
    func contradictions() {
        func fails(_ flags: (inout ColumnRoles) -> Void) -> Bool {
            var roles = ColumnRoles()
            flags(&roles)
            do {
                try roles.check()
                return false
            } catch {
                return error.kind == .usage
            }
        }
        #expect(fails { $0.outcome = "Outcome" })
        #expect(fails { ($0.outcome, $0.positive) = ("Outcome", " ") })
        #expect(fails { $0.positive = "1" })
        #expect(fails { ($0.outcome, $0.positive, $0.missing) = ("Outcome", "None", ["none"]) })
        #expect(fails { ($0.outcome, $0.positive, $0.name) = ("Outcome", "1", "Outcome") })
        #expect(fails { ($0.only, $0.exclude) = (["Source"], ["Source"]) })
        #expect(fails { ($0.only, $0.id) = (["Source", "Id"], "Id") })
        #expect(!fails { ($0.only, $0.exclude, $0.id) = (["Source"], ["Id", "Owner"], "Id") })
        #expect(!fails { ($0.created, $0.modified) = ("Date", "Date") })
    }
}
