import GRDB
import LeadModel
import TestKit
import Testing

@testable import Ledger

@Suite("How SQLite reads the ledger", .onOwnThreads)
struct QueryPlanTests {
    private static let filters: [[ListingFilter]] = [
        [], [.owner("Ann")], [.grade(.b)], [.owner("Ann"), .grade(.b)], [.text("mu")], [.age(atLeast: 2, atMost: 30)],
        [.trend(.improving)], [.model("sales", version: 1)], [.unscored],
    ]

    @Test(
        "every listing walks an index in its order, or sorts what a filter's index found; none reads a table through",
        arguments: ListingQuery.Order.allCases, 0..<filters.count)
    func listings(order: ListingQuery.Order, filter: Int) throws {
        let ledger = try MadeUpRecords(count: 300, seed: 2).ledger()
        for isReversed in [false, true] {
            var query = ListingQuery(organization: "acme", entity: .lead)
            (query.order, query.isReversed) = (order, isReversed)
            query.filters = Self.filters[filter]
            for few in [0, 100_000] {
                try check(query, few: few, ledger)
            }
        }
    }

    private func check(_ query: ListingQuery, few: Int, _ ledger: LedgerReader) throws {
        try ledger.read { db in
            let conditions = try query.filters.map { try $0.condition(asOf: MadeUpRecords.now, db) }
            let plan = try ListingPlan(query, conditions, scope: 1, few: few, db)
            #expect(!plan.isGathered || few > 0)
            let reader = ListingReader(plan, conditions, scope: 1)
            let row = try #require(try Row.fetchOne(db, sql: "SELECT * FROM records WHERE isOpen = 1"))
            for keys in [nil, plan.keys(of: row)] {
                for statement in reader.statements(after: keys) {
                    let steps = try Self.steps(statement.sql, statement.arguments + [10], db)
                    let what = "\(query.order) \(few): \(statement.sql)\n\(steps.joined(separator: "\n"))"
                    #expect(Self.scans(steps).isEmpty, "\(what)")
                    #expect(plan.isGathered || !steps.contains { $0.contains("TEMP B-TREE") }, "\(what)")
                    // Where a stretch begins, the index is entered: what comes before is not walked.
                    if let keys, !plan.isGathered {
                        let search = try #require(steps.first { $0.hasPrefix("SEARCH records USING INDEX") })
                        #expect(Self.enters(search, plan, of: keys.count, statement.sql), "\(what)")
                    }
                }
            }
            for count in ListingPlan.counts(query, conditions, scope: 1) {
                let steps = try Self.steps(count.sql, count.arguments + [10], db)
                #expect(Self.scans(steps).isEmpty && !steps.isEmpty, "\(steps)")
                #expect(!steps.contains { $0.contains("TEMP B-TREE") })
            }
        }
    }

    /// Whether the range of the index begins at the key that the stretch names last.
    private static func enters(_ step: String, _ plan: ListingPlan, of count: Int, _ sql: String) -> Bool {
        (0..<count).contains { last in
            let sort = plan.sorts[last]
            let sign = sort.isDescending ? "<" : ">"
            return sql.contains("\(sort.column.rawValue) \(sign) ?")
                && step.contains("\(sort.column == .record ? "rowid" : sort.column.rawValue)\(sign)?")
        }
    }

    @Test("a series is one range of its table, in the order in which it lies, and its record is found by its key")
    func series() throws {
        let ledger = try MadeUpRecords(count: 50, seed: 3).ledger()
        try ledger.read { db in
            for sql in [SeriesQuery.plain, SeriesQuery.whole] {
                let steps = try Self.steps(sql, [1, 0, 1, 10], db)
                #expect(steps == ["SEARCH scorings USING PRIMARY KEY (record=?)"])
            }
            let steps = try Self.steps(SeriesQuery.record, ["L-1", "acme", "lead"], db)
            #expect(steps.allSatisfy { $0.hasPrefix("SEARCH") || $0.hasPrefix("SCALAR SUBQUERY") }, "\(steps)")
        }
    }

    @Test("these very tests notice a scan and a sort")
    func noticed() throws {
        let ledger = try MadeUpRecords(count: 50, seed: 3).ledger()
        try ledger.read { db in
            for sql in [
                "SELECT * FROM records WHERE name = 'x'", "SELECT count(*) FROM records",
                "SELECT * FROM scorings WHERE at > 1",
                "SELECT rowid FROM words", "SELECT id FROM records INDEXED BY openByRank WHERE isOpen = 1",
            ] {
                #expect(try !Self.scans(Self.steps(sql, [], db)).isEmpty, "\(sql)")
            }
            let sorted = try Self.steps("SELECT * FROM scorings WHERE record = 1 ORDER BY at", [], db)
            #expect(sorted.contains { $0.contains("TEMP B-TREE") })
        }
    }

    private static func steps(_ sql: String, _ arguments: StatementArguments, _ db: Database) throws -> [String] {
        try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] }
    }

    /// Steps that read a table or an index from end to end. The full-text index by a pattern (M) is none, nor is what a
    /// limited subquery gave.
    private static func scans(_ steps: [String]) -> [String] {
        steps.filter {
            $0.hasPrefix("SCAN") && !$0.contains(/^SCAN words VIRTUAL TABLE INDEX \d+:M/) && $0 != "SCAN (subquery-1)"
        }
    }
}
