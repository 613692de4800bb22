import GRDB
import LeadModel

/// How a page is read. Either an index is read in the listing's order, and rows that the filters exclude are skipped; or, if
/// a filter selects few rows, these are gathered by the filter's own index and sorted.
struct ListingPlan: Equatable {
    enum Source: Equatable {
        case index(ListingIndex)
        /// The full-text index.
        case words
    }

    struct Sort: Equatable {
        var column: RecordColumn
        var isDescending = false
    }

    var source: Source
    /// The sort order. The last column is the record's number, so that no two rows are equal.
    var sorts: [Sort]
    /// Whether the rows are gathered first and sorted then.
    var isGathered = false

    /// How many rows are gathered at most for a page of `limit` rows. To read an index of a million rows for one page of a
    /// filter that selects some thousands takes about as long as to sort these.
    static func few(of limit: Int) -> Int { 4_000 + 30 * limit }

    init(_ query: ListingQuery, _ conditions: [ListingCondition], scope: Int64, few: Int, _ db: Database) throws {
        let ordered = OrderedIndex(query.order, conditions)
        sorts = ordered.sorts
        if query.isReversed { for place in sorts.indices { sorts[place].isDescending.toggle() } }
        source = .index(ordered.index)
        guard !conditions.allSatisfy(ordered.contains) else { return }
        for candidate in Self.candidates(conditions, besides: ordered, scope: scope) {
            let found = try Int.fetchOne(
                db.cachedStatement(sql: candidate.count.sql), arguments: candidate.count.arguments + [few + 1])
            if found ?? 0 <= few {
                (source, isGathered) = (candidate.source, true)
                return
            }
        }
    }

    /// The statements that count a filter's rows before they are gathered; each takes a limit as its last argument.
    static func counts(_ query: ListingQuery, _ conditions: [ListingCondition], scope: Int64) -> [SQLPart] {
        candidates(conditions, besides: OrderedIndex(query.order, conditions), scope: scope).map(\.count)
    }

    func keys(of row: Row) -> [DatabaseValue] { sorts.map { row[$0.column.rawValue] } }

    /// Rows that can be gathered.
    private struct Candidate {
        var source: Source
        /// Counts them, up to a limit.
        var count: SQLPart
    }

    private static func candidates(
        _ conditions: [ListingCondition], besides ordered: OrderedIndex, scope: Int64
    ) -> [Candidate] {
        let words = conditions.compactMap(\.pattern).prefix(1).map { pattern in
            Candidate(
                source: .words,
                count: SQLPart("SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)", [pattern]))
        }
        let indexed = ListingIndex.allCases.compactMap { index -> Candidate? in
            guard index != ordered.index, let condition = conditions.first(where: { $0.index == index }) else {
                return nil
            }
            let part = condition.sql
            let count = SQLPart(
                """
                SELECT count(*) FROM (SELECT 1 FROM records INDEXED BY \(index.rawValue)
                    WHERE isOpen = 1 AND scope = ? AND \(part.sql) LIMIT ?)
                """, [scope] + part.arguments)
            return Candidate(source: .index(index), count: count)
        }
        return words + indexed
    }
}

/// The index that is in a listing's order.
private struct OrderedIndex {
    let index: ListingIndex
    let sorts: [ListingPlan.Sort]

    init(_ order: ListingQuery.Order, _ conditions: [ListingCondition]) {
        typealias Sort = ListingPlan.Sort
        let fixed = Set(conditions.compactMap(\.fixedColumn))
        let record = Sort(column: .record)
        let byRank = fixed.contains(.rank) ? [record] : [Sort(column: .rank, isDescending: true), record]
        switch order {
        case .score, .owner:
            if fixed.contains(.ownerKey) {
                (index, sorts) = (.openByOwner, byRank)
            } else if order == .owner {
                // The index has the rank between owner and number, so it is a sort key also if it is fixed.
                let owner = Sort(column: .ownerKey)
                (index, sorts) = (.openByOwner, [owner, Sort(column: .rank, isDescending: true), record])
            } else if fixed.contains(.grade) {
                (index, sorts) = (.openByGrade, byRank)
            } else {
                (index, sorts) = (.openByRank, byRank)
            }
        case .age: (index, sorts) = (.openByCreation, Self.latestFirst(.createdAt))
        case .name: (index, sorts) = (.openByName, [Sort(column: .nameKey), record])
        case .scored: (index, sorts) = (.openByScoring, Self.latestFirst(.scoredAt))
        }
    }

    private static func latestFirst(_ column: RecordColumn) -> [ListingPlan.Sort] {
        [.init(column: column, isDescending: true), .init(column: .record, isDescending: true)]
    }

    /// Whether the index has the rows of a condition next to each other, in the listing's order.
    func contains(_ condition: ListingCondition) -> Bool {
        // A fixed rank is a prefix of all indexes that sort by rank.
        if condition.fixedColumn == .rank { return sorts.count == 1 }
        return condition.index == index
    }
}
