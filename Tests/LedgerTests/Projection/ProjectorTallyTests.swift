import LeadModel
import TestKit
import Testing

@testable import Ledger

@Suite("A projector says what it did and how far behind it is", .onOwnThreads)
struct ProjectorTallyTests {
    private let now = Moment(milliseconds: 1_795_000_060_000)

    @Test("the stats log tells what was taken, and the age of the last result while more are waiting")
    func line() {
        var counts = ProjectorTally.Counts()
        #expect(counts.line(behind: nil, now: now) == nil, "nothing done, nothing said")
        (counts.messages, counts.scorings, counts.unreadable) = (600, 580, 1)
        let words = "ledger, in the last minute: 600 results, 580 new scorings, 1 message that is not a result"
        #expect(counts.line(behind: nil, now: now) == words + "; up to date")
        #expect(counts.line(behind: now.adding(seconds: -42), now: now) == words + "; 42 s behind")
        #expect(counts.line(behind: now.adding(seconds: 5), now: now) == words + "; 0 s behind", "clocks differ")
    }

    @Test("a running projector says its line, and that it is up to date when the stream has nothing more")
    func running() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let ledger = try LedgerWithin(stage) { $0.minute = .milliseconds(300) }
        defer { ledger.stop() }
        #expect(try stage.eventually { ledger.count(of: "has caught up") == 1 })
        // A line that comes between a result and the next look at the stream says that it is 0 s behind.
        var number = 0
        let isSaid = try stage.eventually {
            number += 1
            try stage.publish([.created("L\(number)", ["source": "web"])])
            return try stage.eventually(within: .seconds(2)) { ledger.count(of: "; up to date") > 0 }
        }
        #expect(isSaid, "\(ledger.said)")
        #expect(try stage.eventually { ledger.tally.isAtEnd } && ledger.tally.newest != nil)
    }
}
