import LeadModel
import Testing

@Suite("How a scorecard reads lists, ages and signals")
struct ReadingTests {
    private static let now = Moment(rfc3339: "2026-03-10T12:00:00Z")!

    private func bins(_ value: Value, _ attribute: Int, at moment: Moment = now) -> [Int] {
        HandMade.card.bins(of: value, in: HandMade.card.attributes[attribute], at: moment)
    }

    @Test("a list falls into the bins of all its entries, in any order, and so does a text with semicolons")
    func lists() {
        #expect(bins(.list(["Chat", " PHONE "]), 2) == [0, 2])
        #expect(bins(.list(["phone", "chat", "chat"]), 2) == [0, 2])
        #expect(bins(.text("Phone; chat"), 2) == bins(.list(["Phone", "chat"]), 2))
        #expect(bins(.text("chat"), 2) == [0])
        #expect(bins(.list(["Fax", "chat", "carrier pigeon"]), 2) == [0, 4, 5])
        #expect(bins(.list([]), 2) == [3] && bins(.list(["", "select"]), 2) == [3] && bins(.text(" ; "), 2) == [3])
        #expect(bins(.number(4), 2) == [5])
        let card = HandMade.card
        let chat = card.evidence(of: [("interests", .text("chat;e-mail"))], at: Self.now)
        #expect(card.shares(chat)[2] == 0.75)
    }

    @Test("a list of more than sixteen bins takes as many words as it needs")
    func longLists() {
        let options = (0..<30).map { "o\($0)" }
        let levels = Scorecard.Levels(
            bins: Dictionary(uniqueKeysWithValues: options.enumerated().map { ($1, $0) }), rare: [])
        let bins = (0..<33).map { HandMade.bin("\($0)", Double(1 << ($0 % 8))) }
        var card = HandMade.card
        card.pairs = []
        card.attributes = [
            .init(name: "a", reading: .list(levels), bins: bins), card.attributes[1],
        ]
        let evidence = card.evidence(
            of: [("a", .list(["o0", "o17", "o29", "new"])), ("visits", .number(4))], at: Self.now)
        #expect(evidence.bins == [1, 0b10_0000_0000_0010, 1, 1] && card.fits(evidence))
        #expect(card.bins(of: 0, in: evidence) == [0, 17, 29, 32])
        let nothing = card.evidence(of: [(name: Exact, value: Value)](), at: Self.now)
        #expect(nothing.bins == [0, 1 << 14, 0, 3])
    }

    @Test("a date is read as its age at the reference time; a future date is missing, any other text unseen")
    func ages() {
        #expect(bins(.text("2026-03-09T12:00:00Z"), 3) == [0])
        #expect(bins(.text("2026-03-09"), 3) == [1])
        #expect(bins(.text("2026-03-09 00:00:00"), 3) == [1])
        #expect(bins(.text(" 2026-03-09T02:00:00+02:00"), 3) == [1])
        #expect(bins(.text("2026-03-10T12:00:00Z"), 3) == [0])
        #expect(bins(.text("2026-03-10T12:00:00.001Z"), 3) == [2])
        #expect(bins(.text("2027-01-01"), 3) == [2] && bins(.text("Select"), 3) == [2] && bins(.text(""), 3) == [2])
        #expect(bins(.text("yesterday"), 3) == [3] && bins(.number(3), 3) == [3] && bins(.flag(true), 3) == [3])
        // The same value, a day later.
        #expect(bins(.text("2026-03-09T12:00:00Z"), 3, at: Self.now.adding(seconds: 86_400)) == [1])
    }

    @Test("a date that counts as missing is missing")
    func missingDate() {
        var card = HandMade.card
        card.missing = ["1900-01-01"]
        #expect(card.bins(of: .text("1900-01-01"), in: card.attributes[3], at: Self.now) == [2])
        #expect(card.bins(of: .text("1900-01-02"), in: card.attributes[3], at: Self.now) == [1])
    }

    @Test("a signal is read by its finding; a value that counts as missing is missing")
    func signals() {
        let levels = Scorecard.Levels(bins: ["business domain": 0, "free-mail domain": 1], rare: [])
        let email = Scorecard.Attribute(
            name: "email", reading: .signal(.email, levels),
            bins: ["business", "free", "missing", "rare", "unseen"].map { HandMade.bin($0, 0) })
        func bin(_ value: Value) -> [Int] { HandMade.card.bins(of: value, in: email, at: Self.now) }
        #expect(bin(.text("ann@example-company.de")) == [0] && bin(.list(["ann@example-company.de"])) == [0])
        #expect(bin(.text(" Bob@GMAIL.com ")) == [1])
        #expect(bin(.text("nobody")) == [4])
        #expect(bin(.text(" ")) == [2] && bin(.text("select")) == [2] && bin(.list([])) == [2])
    }
}
