import GRDB
import LeadModel

/// The way by which a page is read. Either an index is walked in the listing's order, and what the filters leave out is
/// passed over; or, where a filter leaves few, those are gathered by the filter's own index and sorted.
struct ListingPlan: Equatable {
    enum Source: Equatable {
        /// Of an index of `records`.
        case index(String)
        /// What the full-text index finds.
        case words
    }

    struct Sort: Equatable {
        var column: String
        var isDescending: Bool
    }

    var source: Source
    /// What the rows are sorted by. The last is the record's number, so that no two rows are equal.
    var sorts: [Sort]
    /// The rows are gathered, and sorted then.
    var isGathered = false

    /// How many rows are gathered for a page of so many at most. To walk an index of a million rows for one page of a
    /// filter that leaves some thousands takes about as long as to sort those thousands.
    static func few(of limit: Int) -> Int { 4_000 + 30 * limit }

    init(_ query: ListingQuery, _ filters: ListingFilters, scope: Int64, few: Int, _ db: Database) throws {
        var walk = Walk(query)
        if query.isReversed { walk.sorts = walk.sorts.map { Sort(column: $0.column, isDescending: !$0.isDescending) } }
        (source, sorts) = (.index(walk.index), walk.sorts)
        guard !walk.serves(query) else { return }
        for candidate in Self.candidates(query, filters, besides: walk, scope: scope) {
            let count = try Int.fetchOne(
                db.cachedStatement(sql: candidate.count), arguments: candidate.arguments + [few + 1])
            if count ?? 0 <= few {
                (source, isGathered) = (candidate.source, true)
                return
            }
        }
    }

    /// What is asked before a filter's rows are gathered; each takes a limit as its last argument.
    static func counts(
        _ query: ListingQuery, _ filters: ListingFilters, scope: Int64
    ) -> [ListingFilters.Condition] {
        candidates(query, filters, besides: Walk(query), scope: scope).map { ($0.count, $0.arguments) }
    }

    func keys(of row: Row) -> [DatabaseValue] { sorts.map { row[$0.column] } }

    /// The index that is in the listing's order.
    private struct Walk {
        var index: String
        var sorts: [Sort]

        init(_ query: ListingQuery) {
            let record = Sort(column: "record", isDescending: false)
            // Those without a score are equal in it.
            let byRank = query.isUnscored ? [record] : [Sort(column: "rank", isDescending: true), record]
            switch query.order {
            case .score, .owner:
                if query.owner != nil {
                    (index, sorts) = ("openByOwner", byRank)
                } else if query.order == .owner {
                    // Here their rank is in between, which the index must be walked with.
                    let owner = Sort(column: "ownerKey", isDescending: false)
                    (index, sorts) = ("openByOwner", [owner, Sort(column: "rank", isDescending: true), record])
                } else if query.grade != nil {
                    (index, sorts) = ("openByGrade", byRank)
                } else {
                    (index, sorts) = ("openByRank", byRank)
                }
            case .age: (index, sorts) = ("openByCreation", Self.latestFirst("createdAt"))
            case .name: (index, sorts) = ("openByName", [Sort(column: "nameKey", isDescending: false), record])
            case .scored: (index, sorts) = ("openByScoring", Self.latestFirst("scoredAt"))
            }
        }

        private static func latestFirst(_ column: String) -> [Sort] {
            [Sort(column: column, isDescending: true), Sort(column: "record", isDescending: true)]
        }

        /// Whether no row that it comes to is left out by a filter.
        func serves(_ query: ListingQuery) -> Bool {
            query.text == nil && query.trend == nil && query.model == nil
                && (query.owner == nil || index == "openByOwner") && (query.grade == nil || index == "openByGrade")
                && (query.leastAge == nil && query.mostAge == nil || index == "openByCreation")
                && (!query.isUnscored || sorts.count == 1)
        }
    }

    private struct Candidate {
        var source: Source
        /// Counts what it would gather, up to a limit.
        var count: String
        var arguments: StatementArguments
    }

    private static func candidates(
        _ query: ListingQuery, _ filters: ListingFilters, besides walk: Walk, scope: Int64
    ) -> [Candidate] {
        var candidates: [Candidate] = []
        if let words = filters.words {
            candidates.append(
                Candidate(
                    source: .words,
                    count: "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)",
                    arguments: [words]))
        }
        func add(_ index: String, _ condition: String, _ arguments: StatementArguments) {
            guard index != walk.index else { return }
            candidates.append(
                Candidate(
                    source: .index(index),
                    count: """
                        SELECT count(*) FROM (SELECT 1 FROM records INDEXED BY \(index)
                            WHERE isOpen = 1 AND scope = ? AND \(condition) LIMIT ?)
                        """, arguments: [scope] + arguments))
        }
        if let owner = query.owner { add("openByOwner", "ownerKey = ?", [SortKey.of(owner)]) }
        if let creation = filters.creation {
            add(
                "openByCreation", "createdAt >= ? AND createdAt <= ?", [creation.lowerBound, creation.upperBound])
        }
        if query.isUnscored { add("openByRank", "rank = ?", [RecordRow.unranked]) }
        if let grade = query.grade { add("openByGrade", "grade = ?", [grade.rawValue]) }
        return candidates
    }
}
