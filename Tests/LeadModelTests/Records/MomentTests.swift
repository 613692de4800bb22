import LeadModel
import Testing

@Suite("Points in time")
struct MomentTests {
    @Test("no number and no arithmetic leaves the years 1 to 9999, and each prints a date that is read back")
    func range() throws {
        let extremes: [Int64] = [.min, .min + 1, -1, 0, 1, .max - 1, .max]
        var moments = extremes.flatMap { [Moment(microseconds: $0), Moment(milliseconds: $0)] }
        for moment in moments {
            for number in extremes { moments += [moment.adding(seconds: number), moment.adding(days: Int(number))] }
        }
        for moment in moments {
            #expect(Moment(rfc3339: moment.text) == moment)
            #expect((1...9999).contains(moment.date.year))
            #expect(moment.month.end >= moment)
            for other in moments { #expect(moment.seconds(since: other).isFinite) }
        }
        #expect(Moment(microseconds: .min).text == "0001-01-01T00:00:00.000Z")
        #expect(Moment(microseconds: .max).text == "9999-12-31T23:59:59.999999Z")
    }

    @Test("a stored date that is none of these years is unknown", arguments: [.nan, .infinity, 1e300, -1e300, 1e15])
    func stored(milliseconds: Double) {
        #expect(Moment(stored: milliseconds) == nil)
        var record = Record()
        record.cells = SortedTable([
            .init(key: .createdAt, value: .init(stamp: Stamp(time: .present, order: 0), value: .number(milliseconds)))
        ])
        #expect(record.createdAt == nil)
    }

    @Test("a text beyond the years 1 to 9999 in UTC is no date")
    func texts() {
        #expect(Moment(rfc3339: "0001-01-01T00:00:00Z") == .earliest)
        #expect(Moment(rfc3339: "0001-01-01T00:00:00+00:01") == nil)
        #expect(Moment(rfc3339: "0000-12-31T23:59:59-00:01") == .earliest.adding(seconds: 59))
        #expect(Moment(rfc3339: "9999-12-31T23:59:59.999999999Z") == .latest)
        #expect(Moment(rfc3339: "9999-12-31T23:59:59-00:01") == nil)
        #expect(Moment(rfc3339: "9999-12-31T23:59:60Z") == .latest)
        #expect(Month("0000-12") == nil && Month("10000-01") == nil && Month("9223372036854775807-01") == nil)
    }

    @Test("a leap second lies between its neighbours, and decimals beyond the sixth are cut off")
    func leapSeconds() throws {
        let texts = [
            "2016-12-31T23:59:59.9Z", "2016-12-31T23:59:60Z", "2016-12-31T23:59:60.75Z", "2017-01-01T00:59:60+01:00",
            "2017-01-01T00:00:00Z",
        ]
        let moments = try texts.map { try #require(Moment(rfc3339: $0), "\($0)") }
        #expect(moments == moments.sorted() && Set(moments).count == 3)
        for none in [
            "2016-12-31T23:58:60Z", "2016-12-31T23:59:61Z", "2016-12-31T23:59:60+01:00", "2016-12-31T23:59:60.",
        ] {
            #expect(Moment(rfc3339: none) == nil, "\(none)")
        }
        let long = "2026-11-20T09:30:00.1234567" + String(repeating: "9", count: 500)
        #expect(Moment(rfc3339: long + "+00:00")?.text == "2026-11-20T09:30:00.123456Z")
        #expect(Moment(rfc3339: "2026-11-20T09:30:00.Z") == nil)
    }
}
