import GRDB
import LeadModel

extension Ledger {
    /// A page of what is open in it, in the order of the table; nothing at its end.
    func open(after place: Int64, atMost count: Int) throws -> (records: [RegistryScan.Shown], last: Int64)? {
        let rows = try database.read { db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT record, organization, entity, id, revision FROM records JOIN scopes USING (scope)
                        WHERE record > ? AND isOpen = 1 ORDER BY record LIMIT ?
                        """), arguments: [place, count])
        }
        guard let last = rows.last else { return nil }
        let records = rows.compactMap { row in
            Entity(rawValue: row[2]).map { RegistryScan.Shown(row[1], $0, id: row[3], revision: row[4]) }
        }
        return (records, last[0])
    }
}
