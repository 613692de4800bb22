import GRDB

/// Reads rows of a listing by its plan.
///
/// The rows after a given row are read in stretches, nearest first: the rows that agree with it in all keys but the record's
/// number, then those that agree in all but the last two, and so on. Each stretch is one range of the index, whichever way
/// its columns are sorted. A comparison of whole rows would instead read all rows that agree in the first key.
struct ListingReader {
    private let plan: ListingPlan
    private let conditions: [ListingCondition]
    private let scope: Int64

    init(_ plan: ListingPlan, _ conditions: [ListingCondition], scope: Int64) {
        (self.plan, self.conditions, self.scope) = (plan, conditions, scope)
    }

    func rows(after keys: [DatabaseValue]?, atMost limit: Int, _ db: Database) throws -> [Row] {
        if let keys, keys.count != plan.sorts.count {
            throw LedgerError.refused("this cursor is not one of this listing")
        }
        var rows: [Row] = []
        for part in statements(after: keys) where rows.count < limit {
            let statement = try db.cachedStatement(sql: part.sql)
            rows += try Row.fetchAll(statement, arguments: part.arguments + [limit - rows.count])
        }
        return rows
    }

    /// One for each stretch; each takes a limit as its last argument.
    func statements(after keys: [DatabaseValue]?) -> [SQLPart] {
        guard let keys else { return [statement([])] }
        return keys.indices.reversed().map { last in
            let sort = plan.sorts[last]
            let equal = keys[..<last].indices.map { Bound(plan.sorts[$0].column, .equal, keys[$0]) }
            return statement(equal + [Bound(sort.column, sort.isDescending ? .below : .above, keys[last])])
        }
    }

    /// A limit of a stretch.
    private struct Bound {
        enum Relation: String {
            case equal = "="
            case below = "<"
            case above = ">"
        }

        var column: RecordColumn
        var relation: Relation
        var value: DatabaseValue

        init(_ column: RecordColumn, _ relation: Relation, _ value: DatabaseValue) {
            (self.column, self.relation, self.value) = (column, relation, value)
        }

        var sql: SQLPart { SQLPart("\(column.rawValue) \(relation.rawValue) ?", [value]) }
    }

    private func statement(_ stretch: [Bound]) -> SQLPart {
        var parts: [SQLPart]
        var rest = conditions
        let source: String
        switch plan.source {
        case .words:
            // The full-text index is read first, whatever other filters there are.
            source = "(SELECT rowid AS found FROM words WHERE words MATCH ?) CROSS JOIN records ON record = found"
            let place = rest.firstIndex { $0.pattern != nil }
            let pattern = place.flatMap { rest.remove(at: $0).pattern }
            parts = [SQLPart("isOpen = 1", [pattern])]
        case .index(let index):
            source = "records INDEXED BY \(index.rawValue)"
            parts = [SQLPart("isOpen = 1")]
        }
        parts.append(SQLPart("scope = ?", [scope]))
        parts += rest.flatMap { self.parts(of: $0, stretch) } + stretch.map(\.sql)
        let order = plan.sorts.map { $0.column.rawValue + ($0.isDescending ? " DESC" : "") }.joined(separator: ", ")
        let sql = """
            SELECT \(RecordColumn.list(ListedRecord.columns)) FROM \(source)
            WHERE \(parts.map(\.sql).joined(separator: " AND ")) ORDER BY \(order) LIMIT ?
            """
        return SQLPart(sql, parts.reduce(into: []) { $0 += $1.arguments })
    }

    /// A condition in a stretch, so that SQLite enters the index where the stretch begins.
    private func parts(of condition: ListingCondition, _ stretch: [Bound]) -> [SQLPart] {
        switch condition {
        case .equals(let column, let value, _):
            // A plus hides from SQLite that a sort key is constant, so that it reads the index in its own order.
            let isSortKey = !plan.isGathered && plan.sorts.contains { $0.column == column }
            return [SQLPart("\(isSortKey ? "+" : "")\(column.rawValue) = ?", [value])]
        case .between(let column, let range, _):
            // SQLite enters the index at one of two bounds on the same side, and tests the other: so there must be one.
            let least = SQLPart("\(column.rawValue) >= ?", [range.lowerBound])
            let greatest = SQLPart("\(column.rawValue) <= ?", [range.upperBound])
            return switch stretch.first(where: { $0.column == column })?.relation {
            case .equal: []
            case .below: [least]
            case .above: [greatest]
            case nil: [least, greatest]
            }
        case .words, .other: return [condition.sql]
        }
    }
}
