import GRDB
import LeadModel

/// Reads the records that are open in the ledger, a page at a time in the order of their numbers.
enum OpenRecords {
    /// - Returns: the page and the number of its last record; nil after the last page.
    static func page(
        after number: Int64, atMost count: Int, _ db: Database
    ) throws -> (records: [RegistryScan.Shown], last: Int64)? {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT record, organization, entity, id, revision FROM records JOIN scopes USING (scope)
                    WHERE record > ? AND isOpen = 1 ORDER BY record LIMIT ?
                    """), arguments: [number, count])
        guard let last = rows.last else { return nil }
        let records = rows.compactMap { row in
            Entity(rawValue: row[2]).map { RegistryScan.Shown(row[1], $0, id: row[3], revision: row[4]) }
        }
        return (records, last[0])
    }
}
