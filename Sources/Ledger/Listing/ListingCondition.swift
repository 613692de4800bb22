import GRDB

/// A filter as SQL takes it.
enum ListingCondition {
    /// A column has a value. `found`: the index that finds these rows; nil if none does.
    case equals(RecordColumn, DatabaseValue, found: ListingIndex?)
    case between(RecordColumn, ClosedRange<Int64>, found: ListingIndex)
    /// An FTS5 pattern.
    case words(String)
    case other(String, StatementArguments)

    /// The column that it fixes to one value; nil if there is none.
    var fixedColumn: RecordColumn? {
        if case .equals(let column, _, _) = self { column } else { nil }
    }

    /// The index that finds its rows.
    var index: ListingIndex? {
        switch self {
        case .equals(_, _, let index): index
        case .between(_, _, let index): index
        case .words, .other: nil
        }
    }

    var pattern: String? {
        if case .words(let pattern) = self { pattern } else { nil }
    }

    /// What a row of `records` must fulfil.
    var sql: SQLPart {
        switch self {
        case .equals(let column, let value, _): SQLPart("\(column.rawValue) = ?", [value])
        case .between(let column, let range, _):
            SQLPart("\(column.rawValue) >= ? AND \(column.rawValue) <= ?", [range.lowerBound, range.upperBound])
        case .words(let pattern): SQLPart("record IN (SELECT rowid FROM words WHERE words MATCH ?)", [pattern])
        case .other(let sql, let arguments): SQLPart(sql, arguments)
        }
    }
}

/// An index of open records. Listings gather a filter's rows by the first that finds few: the one that usually finds the
/// fewest comes first.
enum ListingIndex: String, CaseIterable {
    case openByOwner, openByCreation, openByRank, openByGrade, openByName, openByScoring
}

/// A piece of SQL with its arguments.
struct SQLPart {
    var sql: String
    var arguments: StatementArguments

    init(_ sql: String, _ arguments: StatementArguments = []) { (self.sql, self.arguments) = (sql, arguments) }
}
