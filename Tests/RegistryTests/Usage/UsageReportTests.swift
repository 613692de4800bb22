import LeadModel
import Registry
import Testing

@Suite("A usage report")
struct UsageReportTests {
    @Test("each of seven months has its own counts and limit, and the average is over the full months in use")
    func months() {
        let now = Month("2026-11")!
        let counts = [
            Month("2026-10")!: UsageCount(records: 2000, scorings: 2100),
            Month("2026-08")!: UsageCount(records: 1000, scorings: 1000),
            now: UsageCount(records: 1501, scorings: 1600),
            Month("2026-04")!: UsageCount(records: 9, scorings: 9),
        ]
        let report = UsageReport(counts: counts, now: now, limit: 1500)
        #expect(report.months.map(\.month.text).first == "2026-05" && report.months.count == 7)
        #expect(report.average == 1500)
        #expect(report.present.isExceeded && report.months[5].isExceeded && !report.months[3].isExceeded)
        #expect(UsageReport(counts: counts, now: now, limit: nil).months.allSatisfy { !$0.isExceeded })
    }
}
