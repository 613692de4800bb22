import GRDB
import LeadModel

/// A page of a listing.
public struct ListingPage: Equatable, Sendable {
    public var rows: [ListedRecord]
    /// The number of rows on the pages before, if they have not changed since.
    public var before: Int
    /// The cursor of the next page; nil if this is the last.
    public var next: String?
}

extension LedgerReader {
    /// Lists open records of one organization and entity. Every page takes the same time, because it is found by the sort
    /// keys of the last row before it.
    ///
    /// - Parameters:
    ///   - limit: rows of a page, at least 1.
    ///   - cursor: the `next` of the page before.
    ///   - now: the time that ages are relative to; later pages keep the time of the first.
    /// - Throws: `LedgerError`; `LedgerFileError`.
    public func list(
        _ query: ListingQuery, limit: Int, after cursor: String? = nil, now: Moment
    ) throws -> ListingPage {
        try list(query, limit: limit, after: cursor, now: now, few: ListingPlan.few(of: limit))
    }

    /// - Parameter few: rows that are gathered and sorted at most.
    func list(
        _ query: ListingQuery, limit: Int, after cursor: String?, now: Moment, few: Int
    ) throws -> ListingPage {
        let cursor = try cursor.map { try ListingCursor($0, of: query) }
        let (asOf, before) = (cursor?.asOf ?? now, cursor?.seen ?? 0)
        return try read { db in
            guard let scope = try RecordScope.find(query.organization, query.entity, db) else {
                return ListingPage(rows: [], before: 0)
            }
            let conditions = try query.filters.map { try $0.condition(asOf: asOf, db) }
            let plan = try ListingPlan(query, conditions, scope: scope, few: few, db)
            var rows = try ListingReader(plan, conditions, scope: scope).rows(
                after: cursor?.keys, atMost: limit + 1, db)
            var next: String?
            if rows.count > limit {
                rows.removeLast()
                next = try rows.last.map {
                    let cursor = ListingCursor(asOf: asOf, seen: before + rows.count, keys: plan.keys(of: $0))
                    return try cursor.text(of: query)
                }
            }
            return ListingPage(rows: try ListedRecord.all(rows, db), before: before, next: next)
        }
    }
}
