import GRDB

/// Reads rows of a listing by its plan.
///
/// What comes after a row is read in stretches, nearest first: the rows that agree with it in all keys but the record's
/// number, then those that agree in all but the last two, and so on. Each stretch is one range of the index, whichever way
/// its columns are sorted; a comparison of whole rows would walk all that agree with it in the first key.
struct ListingReader {
    private let plan: ListingPlan
    private let filters: ListingConditions
    private let scope: Int64

    init(_ plan: ListingPlan, _ filters: ListingConditions, scope: Int64) {
        (self.plan, self.filters, self.scope) = (plan, filters, scope)
    }

    func rows(after keys: [DatabaseValue]?, atMost limit: Int, _ db: Database) throws -> [Row] {
        if let keys, keys.count != plan.sorts.count { throw LedgerError.refused("this is no cursor of this listing") }
        var rows: [Row] = []
        for (sql, arguments) in statements(after: keys) where rows.count < limit {
            let statement = try db.cachedStatement(sql: sql)
            rows += try Row.fetchAll(statement, arguments: arguments + [limit - rows.count])
        }
        return rows
    }

    /// One a stretch; each takes a limit as its last argument.
    func statements(after keys: [DatabaseValue]?) -> [ListingConditions.Condition] {
        guard let keys else { return [statement([])] }
        return keys.indices.reversed().map { last in
            var stretch: [ListingConditions.Condition] = keys[..<last].indices.map {
                ("\(plan.sorts[$0].column) = ?", [keys[$0]])
            }
            let sort = plan.sorts[last]
            stretch.append(("\(sort.column) \(sort.isDescending ? "<" : ">") ?", [keys[last]]))
            return statement(stretch)
        }
    }

    private func statement(_ stretch: [ListingConditions.Condition]) -> ListingConditions.Condition {
        var conditions: [ListingConditions.Condition] = []
        let source: String
        switch (plan.source, filters.words) {
        case (.words, let words):
            // What the index finds is read first, whatever else is asked for.
            source = "(SELECT rowid AS found FROM words WHERE words MATCH ?) CROSS JOIN records ON record = found"
            conditions = [("isOpen = 1", [words]), ("scope = ?", [scope])]
        case (.index(let index), let words):
            source = "records INDEXED BY \(index)"
            conditions = [("isOpen = 1", []), ("scope = ?", [scope])]
            if let words { conditions.append(("record IN (SELECT rowid FROM words WHERE words MATCH ?)", [words])) }
        }
        conditions += filters.conditions
        if filters.isUnscored {
            // Behind a plus SQLite does not see that what it is to sort by is always the same, and walks the index as is.
            let isWalkedBy = !plan.isGathered && plan.sorts.contains { $0.column == "rank" }
            conditions.append((isWalkedBy ? "+rank = ?" : "rank = ?", [RecordRow.unranked]))
        }
        conditions += stretch + creation(beside: stretch)
        let order = plan.sorts.map { $0.column + ($0.isDescending ? " DESC" : "") }.joined(separator: ", ")
        let sql = """
            SELECT record, rank, scoredAt, createdAt, nameKey, ownerKey, \(ListedRecord.columns) FROM \(source)
            WHERE \(conditions.map(\.sql).joined(separator: " AND ")) ORDER BY \(order) LIMIT ?
            """
        return (sql, conditions.reduce(into: []) { $0 += $1.arguments })
    }

    /// Ages. Of two bounds on the same side SQLite walks from one and tests the other: so where the stretch has one it
    /// must be the only one, and where the stretch names a creation it lies between the bounds already.
    private func creation(beside stretch: [ListingConditions.Condition]) -> [ListingConditions.Condition] {
        guard let creation = filters.creation else { return [] }
        let (oldest, newest): (ListingConditions.Condition, ListingConditions.Condition) = (
            ("createdAt >= ?", [creation.lowerBound]), ("createdAt <= ?", [creation.upperBound])
        )
        switch stretch.first(where: { $0.sql.hasPrefix("createdAt ") })?.sql {
        case "createdAt = ?": return []
        case "createdAt < ?": return [oldest]
        case "createdAt > ?": return [newest]
        default: return [oldest, newest]
        }
    }
}
