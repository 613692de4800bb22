import GRDB
import LeadModel

/// The number that stands for an organization and entity in the ledger's tables.
enum RecordScope {
    /// Organizations named in an error at most.
    static let named = 10

    /// - Returns: nil if only records of the other entity have results.
    /// - Throws: `LedgerError.unknownOrganization`.
    static func find(_ organization: String, _ entity: Entity, _ db: Database) throws -> Int64? {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT entity, scope FROM scopes WHERE organization = ?"),
            arguments: [organization])
        guard rows.isEmpty else { return rows.first { $0[0] == entity.rawValue }?[1] }
        let known = try String.fetchAll(
            db, sql: "SELECT DISTINCT organization FROM scopes ORDER BY organization LIMIT ?", arguments: [named + 1])
        throw LedgerError.unknownOrganization(organization, known: known)
    }
}
