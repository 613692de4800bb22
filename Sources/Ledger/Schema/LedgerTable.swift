/// The columns of a table as cases, so that each is declared once. The schema, inserts, updates, reads and the carry-over of
/// a rebuild take their lists of columns from here; a further case does not compile until each of them covers it.
protocol LedgerTable: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    static var table: String { get }
    /// What follows the columns in `CREATE TABLE`.
    static var constraints: String { get }
    static var options: String { get }
    var definition: String { get }
}

extension LedgerTable {
    static var creation: String {
        let columns = allCases.map { "\($0.rawValue) \($0.definition)" } + [constraints]
        return "CREATE TABLE \(table) (\n    \(columns.joined(separator: ",\n    "))\n) \(options)"
    }

    /// "revision, status", or "r.revision, r.status" with a prefix of "r.".
    static func list(_ columns: some Sequence<Self>, prefix: String = "") -> String {
        columns.map { prefix + $0.rawValue }.joined(separator: ", ")
    }

    /// An insert with a placeholder for each column.
    static func insert(_ columns: some Collection<Self>, verb: String = "INSERT") -> String {
        let places = repeatElement("?", count: columns.count).joined(separator: ", ")
        return "\(verb) INTO \(table) (\(list(columns))) VALUES (\(places))"
    }

    /// "revision = ?, status = ?".
    static func assignments(_ columns: some Sequence<Self>) -> String {
        assignments(columns) { _ in "?" }
    }

    static func assignments(_ columns: some Sequence<Self>, to value: (Self) -> String) -> String {
        columns.map { "\($0.rawValue) = \(value($0))" }.joined(separator: ", ")
    }
}
