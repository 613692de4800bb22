import Intake
import LeadModel
import Testing

@Suite("Dates and ids of a file's roles")
struct FileDatesTests {
    private func created(_ dates: [String], _ order: DateOrder? = nil) throws -> [Moment?] {
        let rows = dates.enumerated().map { "\($0),\"\($1)\"\n" }.joined()
        return try FixtureFile("id,Created\n\(rows)").records {
            ($0.id, $0.created, $0.dateOrder) = ("id", "Created", order)
        }.map(\.createdAt)
    }

    private func moment(_ text: String) -> Moment? { Moment(rfc3339: text) }

    @Test(
        "a date of creation is read in any spelling",
        arguments: [
            "2026-02-11T20:47:00", "2026-02-11 20:47:00", "2026-02-11T20:47:00.000+0000", "2026-02-11 20:47:00 UTC",
            "11.02.2026 20:47", "1770842820", "1770842820000", "Feb 11, 2026 8:47 PM", "46064.8659722222",
        ])
    func spellings(text: String) throws { #expect(try created([text]) == [moment("2026-02-11T20:47:00Z")]) }

    @Test("the order of day and month is found from the whole column")
    func order() throws {
        #expect(try created(["03/04/2026", "13/04/2026"])[0] == moment("2026-04-03T00:00:00Z"))
        #expect(try created(["03/04/2026 8:00 AM", "04/13/2026 9:00 PM"])[0] == moment("2026-03-04T08:00:00Z"))
        let late = [String](repeating: "03/04/2026", count: 500) + ["04/13/2026"]
        #expect(try created(late)[0] == moment("2026-03-04T00:00:00Z"))
    }

    @Test("where no value shows the order, a warning says which was taken, and --date-order decides it")
    func open() throws {
        let file = try FixtureFile("id,Created\n1,03/04/2026\n")
        let warnings = try file.open { ($0.id, $0.created) = ("id", "Created") }.dates.warnings
        #expect(warnings.count == 1 && warnings[0].contains("Created is read as day/month/year"))
        #expect(try created(["03/04/2026"]) == [moment("2026-04-03T00:00:00Z")])
        #expect(try created(["03/04/2026"], .monthDay) == [moment("2026-03-04T00:00:00Z")])
    }

    @Test("a null word is no date and no owner; what is no date is an error that names line and column")
    func nullWords() throws {
        #expect(try created(["NULL", "-", "2026-02-11"]) == [nil, nil, moment("2026-02-11T00:00:00Z")])
        let file = try FixtureFile("id,Owner,Created\n1,None,soon\n")
        let error = try #require(file.failure { ($0.id, $0.owner, $0.created) = ("id", "Owner", "Created") })
        #expect(error.line == 2 && error.column == "Created")
        #expect(try file.records { ($0.id, $0.owner) = ("id", "Owner") }.map(\.owner) == [nil])
    }

    @Test("ids are trimmed and composed, so that they are one record's")
    func ids() throws {
        let records = try FixtureFile("id\n4711\n4711 \nu\u{308}1\n").records { $0.id = "id" }
        #expect(records.map { $0.id.map { Array($0.utf8) } } == ["4711", "4711", "\u{FC}1"].map { Array($0.utf8) })
    }
}
