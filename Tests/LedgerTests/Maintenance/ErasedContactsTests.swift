import Contract
import LeadModel
import TestKit
import Testing

@testable import Ledger

@Suite("Erased contacts are remembered as long as an older result may arrive")
struct ErasedContactsTests {
    private static let now = Moment(milliseconds: 1_800_000_000_000)
    private static let days = ErasedContacts.keptDays
    /// A contact has an entry among leads, and one among opportunities.
    private static let entries = "(SELECT DISTINCT contact FROM erasedContacts"

    private func erasure(daysAgo: Int, _ contact: Exact = "C1") -> ReadResult {
        .contactErased(
            ContactErased(
                organization: "acme", id: contact, revision: UInt64(Self.now.adding(days: -daysAgo).milliseconds),
                leads: [], opportunities: []))
    }

    /// A scoring that was read from the contact before its erasure.
    private func result(daysAgo: Int, _ id: String = "L1") -> ReadResult {
        let revision = UInt64(Self.now.adding(days: -daysAgo).milliseconds)
        var result = MadeLedger.result(id, revision)
        result.state?.contact = "C1"
        return .ofRecord(result)
    }

    private func apply(
        _ results: [ReadResult], _ made: MadeLedger, _ source: ResultSource = .stream, at now: Moment = Self.now
    ) throws {
        try made.ledger.write { _ = try made.applier.apply(results, from: source, now: now, $0) }
    }

    private func expire(_ made: MadeLedger, at now: Moment) throws {
        var retention = LedgerRetention(days: 400)
        while try !retention.step(made.ledger, now: now).isPassDone {}
    }

    @Test("an older result is stored without evidence until the entry expires, days after it was read from the stream")
    func late() throws {
        let made = try MadeLedger()
        // The projector was down: it reads an old part of the stream.
        try apply([erasure(daysAgo: 20)], made)
        try expire(made, at: Self.now.adding(days: Self.days - 1))
        try apply([result(daysAgo: 21)], made)
        #expect(try made.ledger.count(of: "scorings WHERE evidence IS NULL") == 1)
        #expect(try made.ledger.count(of: Self.entries + ")") == 1)
        try expire(made, at: Self.now.adding(days: Self.days))
        #expect(try made.ledger.count(of: Self.entries + ")") == 0)
        // The record itself stays cleared, and so do its scorings that arrive later still.
        try apply([result(daysAgo: 22)], made)
        #expect(try made.ledger.count(of: "scorings WHERE evidence IS NULL") == 2)
    }

    @Test("an old erasure that is read from the registry clears what is stored, and is not added again at every start")
    func catchUp() throws {
        let made = try MadeLedger()
        try apply([result(daysAgo: 90)], made)
        #expect(try made.ledger.count(of: "scorings WHERE evidence IS NULL") == 0)
        try apply([erasure(daysAgo: 60), erasure(daysAgo: 1, "C2")], made, .registry)
        #expect(try made.ledger.count(of: "scorings WHERE evidence IS NULL") == 1)
        #expect(try made.ledger.count(of: Self.entries + " WHERE contact = 'C1')") == 0)
        #expect(try made.ledger.count(of: Self.entries + " WHERE contact = 'C2')") == 1)
    }

    @Test("a rebuild adds old erasures for the scorings that it carries over; the next retention pass removes them")
    func rebuild() throws {
        let made = try MadeLedger()
        let applier = ResultApplier(keepsExpiredErasures: true)
        try made.ledger.write { _ = try applier.apply([erasure(daysAgo: 60)], from: .registry, now: Self.now, $0) }
        #expect(try made.ledger.count(of: Self.entries + ")") == 1)
        try made.ledger.write { _ = try applier.apply([result(daysAgo: 90)], from: .stream, now: Self.now, $0) }
        #expect(try made.ledger.count(of: "scorings WHERE evidence IS NULL") == 1)
        try expire(made, at: Self.now)
        #expect(try made.ledger.count(of: Self.entries + ")") == 0)
    }

    @Test("reading it again from the stream extends an entry, and an older erasure does not shorten it")
    func extended() throws {
        let made = try MadeLedger()
        try apply([erasure(daysAgo: 3)], made)
        try apply([erasure(daysAgo: 3)], made, at: Self.now.adding(days: 5))
        try apply([erasure(daysAgo: 10)], made, .registry)
        try expire(made, at: Self.now.adding(days: Self.days + 4))
        #expect(try made.ledger.count(of: Self.entries + ")") == 1)
        try expire(made, at: Self.now.adding(days: Self.days + 5))
        #expect(try made.ledger.count(of: Self.entries + ")") == 0)
    }
}
