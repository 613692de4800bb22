import LeadModel
import Testing

@Suite("The time of the daily sweep")
struct DailyTimeTests {
    private static let ever = Moment(milliseconds: 0)

    private func moment(_ text: String) throws -> Moment { try #require(Moment(rfc3339: text)) }

    /// Zones with daylight saving in the north, in the south, at midnight (Havana and Beirut skip it, the Azores repeat
    /// the hour before it), by half an hour (Lord Howe), and without daylight saving.
    private static let zones = [
        "UTC", "Europe/Berlin", "America/New_York", "America/Havana", "Asia/Beirut", "Africa/Cairo", "Atlantic/Azores",
        "Australia/Lord_Howe", "Pacific/Auckland", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago",
    ]

    @Test(
        "every local day of a year has exactly one due time, on that day, in the order of days",
        arguments: zones, ["00:00", "00:30", "01:30", "02:30", "03:00", "12:00", "23:30"])
    func everyDay(zone: String, time: String) throws {
        let daily = try #require(DailyTime(time, zone: zone))
        var at = try moment("2025-12-31T12:00:00Z")
        var days: [String] = []
        while days.count < 366 {
            let due = daily.next(after: at)
            #expect(due > at)
            #expect(daily.last(at: due, after: Self.ever) == due)
            #expect(daily.last(at: due.adding(seconds: -1), after: Self.ever) ?? due < due)
            #expect(daily.next(after: due.adding(seconds: -1)) == due)
            let local = daily.localText(due)
            days.append(String(local.prefix(10)))
            // A skipped time counts as the next valid instant, at most an hour later.
            #expect(local.dropFirst(11) >= time)
            at = due
        }
        let first = try moment(days[0] + "T12:00:00Z")
        let all = (0..<366).map { String(first.adding(seconds: Int64($0) * 86_400).text.prefix(10)) }
        #expect(days == all)
    }

    @Test("a local time that is skipped counts as the next valid instant")
    func skipped() throws {
        let berlin = try #require(DailyTime("02:30", zone: "Europe/Berlin"))
        #expect(berlin.next(after: try moment("2026-03-28T12:00:00Z")) == (try moment("2026-03-29T01:00:00Z")))
        #expect(berlin.next(after: try moment("2026-03-29T01:00:00Z")) == (try moment("2026-03-30T00:30:00Z")))
        let havana = try #require(DailyTime("00:00", zone: "America/Havana"))
        let due = havana.next(after: try moment("2026-03-07T12:00:00Z"))
        #expect(due == (try moment("2026-03-08T05:00:00Z")) && havana.localText(due) == "2026-03-08 01:00")
    }

    @Test("a local time that occurs twice counts at its first occurrence")
    func doubled() throws {
        let berlin = try #require(DailyTime("02:30", zone: "Europe/Berlin"))
        let first = try moment("2026-10-25T00:30:00Z")
        #expect(berlin.next(after: try moment("2026-10-24T12:00:00Z")) == first)
        #expect(berlin.last(at: try moment("2026-10-25T01:45:00Z"), after: Self.ever) == first)
        #expect(berlin.next(after: first) == (try moment("2026-10-26T01:30:00Z")))
    }

    @Test("a day that a zone skipped has no due time, and the next day has one")
    func leftOut() throws {
        // Samoa skipped December 30th, 2011.
        let apia = try #require(DailyTime("03:00", zone: "Pacific/Apia"))
        let before = apia.next(after: try moment("2011-12-29T00:00:00Z"))
        let after = apia.next(after: before)
        #expect(apia.localText(before) == "2011-12-29 03:00" && apia.localText(after) == "2011-12-31 03:00")
    }

    @Test("the first due time is the first one after the organization was created")
    func made() throws {
        let daily = try #require(DailyTime("03:00", zone: "UTC"))
        let made = try moment("2026-11-21T10:00:00Z")
        #expect(daily.last(at: try moment("2026-11-22T02:59:59Z"), after: made) == nil)
        #expect(daily.last(at: try moment("2026-11-22T03:00:00Z"), after: made) == (try moment("2026-11-22T03:00:00Z")))
        #expect(daily.last(at: try moment("2026-11-24T02:00:00Z"), after: made) == (try moment("2026-11-23T03:00:00Z")))
    }

    @Test("an invalid time or zone is refused")
    func refused() {
        for (time, zone) in [
            ("24:00", "UTC"), ("03:60", "UTC"), ("3:00", "UTC"), ("03:00", "Europe/Nowhere"), ("", "UTC"),
        ] { #expect(DailyTime(time, zone: zone) == nil) }
    }
}
