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

    init(_ query: ListingQuery, _ filters: ListingConditions, scope: Int64, few: Int, _ db: Database) throws {
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
        _ query: ListingQuery, _ filters: ListingConditions, scope: Int64
    ) -> [ListingConditions.Condition] {
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
            let byRank =
                query.filters.contains(.unscored) ? [record] : [Sort(column: "rank", isDescending: true), record]
            switch query.order {
            case .score, .owner:
                if query.filters.contains(where: { if case .owner = $0 { true } else { false } }) {
                    (index, sorts) = ("openByOwner", byRank)
                } else if query.order == .owner {
                    // Here their rank is in between, which the index must be walked with.
                    let owner = Sort(column: "ownerKey", isDescending: false)
                    (index, sorts) = ("openByOwner", [owner, Sort(column: "rank", isDescending: true), record])
                } else if query.filters.contains(where: { if case .grade = $0 { true } else { false } }) {
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

        /// Whether every row of the walk passes all filters.
        func serves(_ query: ListingQuery) -> Bool {
            query.filters.allSatisfy { filter in
                switch filter {
                case .owner: index == "openByOwner"
                case .grade: index == "openByGrade"
                case .age: index == "openByCreation"
                case .unscored: sorts.count == 1
                case .text, .trend, .model: false
                }
            }
        }
    }

    private struct Candidate {
        var source: Source
        /// Counts what it would gather, up to a limit.
        var count: String
        var arguments: StatementArguments
    }

    /// The indexes that find what a filter leaves, the most selective first.
    private static func candidates(
        _ query: ListingQuery, _ filters: ListingConditions, besides walk: Walk, scope: Int64
    ) -> [Candidate] {
        func candidate(_ index: String, _ condition: String, _ arguments: StatementArguments) -> Candidate? {
            guard index != walk.index else { return nil }
            return Candidate(
                source: .index(index),
                count: """
                    SELECT count(*) FROM (SELECT 1 FROM records INDEXED BY \(index)
                        WHERE isOpen = 1 AND scope = ? AND \(condition) LIMIT ?)
                    """, arguments: [scope] + arguments)
        }
        let ranked = query.filters.map { filter -> (rank: Int, candidate: Candidate?) in
            switch filter {
            case .text:
                let count = "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)"
                return (0, filters.words.map { Candidate(source: .words, count: count, arguments: [$0]) })
            case .owner(let owner): return (1, candidate("openByOwner", "ownerKey = ?", [SortKey.of(owner)]))
            case .age:
                return (
                    2,
                    filters.creation.flatMap {
                        candidate(
                            "openByCreation", "createdAt >= ? AND createdAt <= ?", [$0.lowerBound, $0.upperBound])
                    }
                )
            case .unscored: return (3, candidate("openByRank", "rank = ?", [RecordRow.unranked]))
            case .grade(let grade): return (4, candidate("openByGrade", "grade = ?", [grade.rawValue]))
            case .trend, .model: return (5, nil)
            }
        }
        return ranked.sorted { $0.rank < $1.rank }.compactMap(\.candidate)
    }
}
