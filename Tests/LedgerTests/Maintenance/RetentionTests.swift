import Contract
import GRDB
import LeadModel
import TestKit
import Testing

@testable import Ledger

@Suite("What is older than the ledger keeps it goes, in short steps")
struct RetentionTests {
    private static let now = Moment(milliseconds: 1_800_000_000_000)
    private static func days(_ count: Int) -> Int64 { now.adding(days: -count).milliseconds }

    @Test(
        "old scorings go, but never the one that stands; what ended goes whole; who was erased is remembered 13 months")
    func what() throws {
        let made = try MadeLedger()
        try made.add("open", at: [500, 450, 401, 10].map(Self.days))
        try made.add("quiet", at: [700, 600].map(Self.days))
        try made.add("won", at: [500, 399].map(Self.days), status: "qualified")
        try made.add("long won", at: [600, 500].map(Self.days), status: "qualified")
        try made.add("gone", at: [], status: "deleted", revision: Self.days(401))
        try made.add("erased", at: [], status: "erased", revision: Self.days(390))
        try made.add("long erased", at: [], status: "erased", revision: Self.days(401))
        var retention = LedgerRetention(days: 400)
        var total = 0
        while true {
            let counts = try retention.step(made.ledger, now: Self.now)
            total += counts.records + counts.scorings
            if counts.isPassDone { break }
        }
        #expect(try made.ids() == ["erased", "open", "quiet", "won"])
        #expect(try made.revisions("open") == [Self.days(10)])
        #expect(try made.revisions("quiet") == [Self.days(600)])
        #expect(try made.revisions("won") == [Self.days(399)])
        #expect(total == 3 + 1 + 1 + 3 + 1 + 1)
    }

    @Test("with few days who was erased is remembered as long all the same")
    func erased() throws {
        let made = try MadeLedger()
        try made.add("erased", at: [], status: "erased", revision: Self.days(390))
        try made.add("gone", at: [], status: "deleted", revision: Self.days(31))
        var retention = LedgerRetention(days: 30)
        while try !retention.step(made.ledger, now: Self.now).isPassDone {}
        #expect(try made.ids() == ["erased"])
    }

    @Test("a step looks at no more records and removes no more rows than its bound, of one record with very many too")
    func bounded() throws {
        let made = try MadeLedger()
        let many = Int64(LedgerRetention.rowsPerStep * 2 + 100)
        try made.add("many", at: (0..<many).map { Self.days(500) + $0 })
        for number in 0..<LedgerRetention.recordsPerStep * 2 {
            try made.add("L\(number)", at: [Self.days(500), Self.days(1)])
        }
        var retention = LedgerRetention(days: 400)
        var steps: [Int] = []
        while true {
            let counts = try retention.step(made.ledger, now: Self.now)
            #expect(counts.records == 0 && counts.scorings <= LedgerRetention.rowsPerStep)
            if counts.isPassDone { break }
            steps.append(counts.scorings)
        }
        #expect(steps.reduce(0, +) == Int(many) - 1 + LedgerRetention.recordsPerStep * 2)
        #expect(steps.prefix(2) == [LedgerRetention.rowsPerStep, LedgerRetention.rowsPerStep])
        #expect(steps.count >= 4)
    }
}
