import Contract
import Foundation
import LeadModel
import TestKit
import Testing

@testable import Ledger

@Suite("Listing open records", .onOwnThreads)
struct ListingTests {
    private static let made = MadeUpRecords(count: 700, seed: 1)

    @Test(
        "pages together are what sorting and filtering in memory gives, whether an index is walked or what a filter leaves is sorted",
        arguments: ListingQuery.Order.allCases, [false, true])
    func pages(order: ListingQuery.Order, isReversed: Bool) throws {
        let ledger = try Self.made.ledger()
        var random = Dice(state: 99)
        var found = 0
        for turn in 0..<150 {
            var query = ListingQuery(organization: "acme", entity: random.below(8) == 0 ? .opportunity : .lead)
            (query.order, query.isReversed) = (order, isReversed)
            if turn > 0 { Self.filter(&query, &random) }
            let expected = PlainListing(Self.made.all, query).ids
            found += expected.count
            let few = [0, 100, 10_000][random.below(3)]
            let limit = 1 + random.below(40)
            #expect(try Self.readAll(ledger, query, limit: limit, few: few) == expected, "\(query), \(few), \(limit)")
        }
        #expect(found > 1000)
    }

    @Test("a cursor with numbers that no page gives is refused, and never a crash")
    func tamperedCursors() throws {
        let ledger = try Self.made.ledger()
        let query = ListingQuery(organization: "acme", entity: .lead)
        let next = try #require(try ledger.list(query, limit: 5, now: MadeUpRecords.now).next)
        let padded = next.replacing("-", with: "+").replacing("_", with: "/")
        let data = try #require(Data(base64Encoded: padded + String(repeating: "=", count: (4 - padded.count % 4) % 4)))
        let parts = try JSONDecoder().decode([String].self, from: data)
        let (most, least) = (String(Int64.max, radix: 36), String(Int64.min, radix: 36))
        let tampered = [
            (2, most), (2, least), (3, "r" + String(Double.nan.bitPattern, radix: 36)), (3, "w"), (3, ""), (3, "x1"),
        ]
        for (place, text) in tampered {
            var changed = parts
            changed[place] = text
            let cursor = try JSONEncoder().encode(changed).base64EncodedString()
            #expect(throws: LedgerError.self, "\(place) \(text)") {
                try ledger.list(query, limit: 5, after: cursor, now: MadeUpRecords.now)
            }
        }
        // Any time is one that ages can be relative to.
        for asOf in [most, least] {
            var changed = parts
            changed[1] = asOf
            var aged = query
            aged.filters = [.age(atLeast: .max, atMost: nil)]
            let cursor = try JSONEncoder().encode(changed).base64EncodedString()
            _ = try ledger.list(query, limit: 5, after: cursor, now: MadeUpRecords.now)
            _ = try ledger.list(aged, limit: 5, now: MadeUpRecords.now)
        }
    }

    private static func filter(_ query: inout ListingQuery, _ random: inout Dice) {
        var filters: [ListingFilter] = []
        if random.below(3) == 0 { filters.append(.owner(["ANN", "bob miller", "zoe", "", "nobody"][random.below(5)])) }
        if random.below(4) == 0 { filters.append(.grade(Grade.allCases[random.below(4)])) }
        if random.below(5) == 0 { filters.append(.trend(Trend.allCases[random.below(4)])) }
        if random.below(5) == 0 {
            let model = ["sales", "other", "none"][random.below(3)]
            filters.append(.model(model, version: random.below(2) == 0 ? 1 : nil))
        }
        let least = random.below(4) == 0 ? random.below(20) : nil
        let most = random.below(4) == 0 ? 20 + random.below(20) : nil
        if least != nil || most != nil { filters.append(.age(atLeast: least, atMost: most)) }
        if random.below(4) == 0 {
            filters.append(.text(["mu", "ann o", "gmbh MÜLLER", "l", "7", "東", "zz"][random.below(7)]))
        }
        if random.below(8) == 0 { filters.append(.unscored) }
        query.filters = filters
    }

    /// All pages, one after the other.
    private static func readAll(_ ledger: LedgerReader, _ query: ListingQuery, limit: Int, few: Int) throws -> [Exact] {
        var (ids, cursor): ([Exact], String?) = ([], nil)
        repeat {
            // Ages are those of the first page, however late the next is asked for.
            let now = cursor == nil ? MadeUpRecords.now : MadeUpRecords.now.adding(days: 3)
            let page = try ledger.list(query, limit: limit, after: cursor, now: now, few: few)
            #expect(page.before == ids.count)
            #expect(page.rows.count == limit || page.next == nil)
            ids += page.rows.map(\.id)
            cursor = page.next
        } while cursor != nil
        return ids
    }

    @Test("a row tells the record and the scoring that stands")
    func row() throws {
        let ledger = try Self.made.ledger()
        let record = try #require(
            Self.made.all.first {
                $0.status == .open && $0.organization == "acme" && $0.entity == .lead && $0.reason != nil
                    && $0.owner != nil && $0.name != nil && $0.createdAt != nil && $0.scoring?.previousScore != nil
            })
        var query = ListingQuery(organization: "acme", entity: .lead)
        query.filters = [.text(record.id.text)]
        let row = try #require(
            try ledger.list(query, limit: 1000, now: MadeUpRecords.now).rows.first { $0.id == record.id })
        let scoring = try #require(record.scoring)
        #expect(row.name == record.name && row.owner == record.owner && row.createdAt == record.createdAt)
        #expect(row.status == .open && row.process == "inbound" && row.stage == "new")
        #expect(
            row.scoring
                == .init(
                    probability: scoring.probability, grade: scoring.grade, trend: scoring.trend,
                    previousScore: scoring.previousScore, model: scoring.model, at: scoring.at,
                    reason: record.reason.map { .init(phrase: $0.phrase, contribution: $0.contribution) },
                    lowEvidence: false))
        #expect(row.scoring?.score == scoring.score)
    }

    @Test("what a text holds besides words is no operator, and a text without words is refused")
    func texts() throws {
        let ledger = try Self.made.ledger()
        func count(_ text: String) throws -> Int {
            var query = ListingQuery(organization: "acme", entity: .lead)
            query.filters = [.text(text)]
            return try ledger.list(query, limit: 1000, now: MadeUpRecords.now).rows.count
        }
        let brien = try count("brien")
        #expect(brien > 0)
        for text in [
            "o'brien", "\"o'brien\"", "brien*", "(brien)", "name:brien", "-brien", "^BRIEN", "ÓBrien", "brien\u{0}",
        ] {
            // As words: "name" stands in no name, and the accented O and the B are one word.
            let expected = ["name:brien", "ÓBrien"].contains(text) ? 0 : brien
            #expect(try count(text) == expected, "\(text)")
        }
        #expect(try count("brien NOT ann") == 0)
        #expect(try count("near") > 0)
        #expect(try count("quoted\"") == count("near"))
        #expect(try count("strasse") == 0 && count("STRAßE") > 0)
        #expect(try count("mu\u{308}ller") == count("MULLER") && count("muller") > 0)
        #expect(try count("東京") > 0)
        #expect(try count("🙂") == 0)
        for text in ["", " ", "\"", "*", "'--", "\u{301}", "()"] {
            #expect(throws: LedgerError.self, "\(text)") { try count(text) }
        }
        #expect(try count(String(repeating: "brien ", count: 300)) == brien)
    }

    @Test("a cursor of another order, filter or organization is refused, and so is what is no cursor")
    func cursors() throws {
        let ledger = try Self.made.ledger()
        let query = ListingQuery(organization: "acme", entity: .lead)
        let cursor = try #require(try ledger.list(query, limit: 5, now: MadeUpRecords.now).next)
        #expect(
            cursor.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
            })
        let changes: [(inout ListingQuery) -> Void] = [
            { $0.order = .age }, { $0.isReversed = true }, { $0.filters = [.owner("ann")] },
            { $0.filters = [.grade(.a)] },
            { $0.filters = [.trend(.steady)] }, { $0.filters = [.model("sales", version: nil)] },
            { $0.filters = [.age(atLeast: 1, atMost: nil)] }, { $0.filters = [.age(atLeast: nil, atMost: 100)] },
            { $0.filters = [.text("ann")] }, { $0.filters = [.unscored] }, { $0.entity = .opportunity },
            { $0.organization = "other" },
        ]
        for change in changes {
            var other = query
            change(&other)
            let refused = #expect(throws: LedgerError.self) {
                try ledger.list(other, limit: 5, after: cursor, now: MadeUpRecords.now)
            }
            #expect(refused?.description.contains("another order or other filters") == true, "\(other)")
        }
        for text in ["", "x", "!", cursor + "A", String(cursor.dropLast(9)), "e30"] {
            let refused = #expect(throws: LedgerError.self) {
                try ledger.list(query, limit: 5, after: text, now: MadeUpRecords.now)
            }
            #expect(refused?.description.contains("no cursor") == true, "\(text)")
        }
    }

    @Test("an organization that is not known is refused by name, and one without opportunities has none")
    func unknown() throws {
        let nothing = try MadeUpRecords([]).ledger()
        let query = ListingQuery(organization: "acme", entity: .opportunity)
        let empty = #expect(throws: LedgerError.self) { try nothing.list(query, limit: 5, now: MadeUpRecords.now) }
        #expect(empty == .unknownOrganization("acme", known: []))
        let ledger = try MadeUpRecords([MadeUpRecord(number: 1)]).ledger()
        #expect(try ledger.list(query, limit: 5, now: MadeUpRecords.now).rows == [])
        let other = ListingQuery(organization: "acne", entity: .lead)
        let error = #expect(throws: LedgerError.self) { try ledger.list(other, limit: 5, now: MadeUpRecords.now) }
        #expect(error == .unknownOrganization("acne", known: ["acme"]))
    }
}
