import GRDB
import LeadModel

/// The numbers of organizations, versions and phrases in the ledger's tables. They are inserted when they are first used,
/// and cached.
final class RowNumbers {
    /// Phrases are as many as there are bins in all models, so the cache is bounded.
    private static let cachedPhrases = 20_000

    private var scopes: [String: Int64] = [:]
    private var versions: [ModelVersion: Int64] = [:]
    private var phrases: [String: Int64] = [:]

    func scope(_ organization: String, _ entity: Entity, _ db: Database) throws -> Int64 {
        let key = "\(organization)/\(entity.rawValue)"
        if let known = scopes[key] { return known }
        let number = try Self.number("scopes", "scope", ["organization": organization, "entity": entity.rawValue], db)
        scopes[key] = number
        return number
    }

    func version(_ model: ModelVersion?, _ db: Database) throws -> Int64? {
        guard let model else { return nil }
        if let known = versions[model] { return known }
        let number = try Self.number("versions", "version", ["model": model.name, "number": model.version], db)
        versions[model] = number
        return number
    }

    func phrase(_ text: String?, _ db: Database) throws -> Int64? {
        guard let text else { return nil }
        if let known = phrases[text] { return known }
        let number = try Self.number("phrases", "phrase", ["text": text], db)
        if phrases.count >= Self.cachedPhrases { phrases = [:] }
        phrases[text] = number
        return number
    }

    private static func number(
        _ table: String, _ column: String, _ key: KeyValuePairs<String, any DatabaseValueConvertible>, _ db: Database
    ) throws -> Int64 {
        let (names, values) = (
            key.map(\.key), StatementArguments(key.map { $0.value as (any DatabaseValueConvertible)? })
        )
        let places = names.map { _ in "?" }.joined(separator: ", ")
        try db.execute(
            sql: "INSERT OR IGNORE INTO \(table) (\(names.joined(separator: ", "))) VALUES (\(places))",
            arguments: values)
        let condition = names.map { "\($0) = ?" }.joined(separator: " AND ")
        let number = try Int64.fetchOne(
            db, sql: "SELECT \(column) FROM \(table) WHERE \(condition)", arguments: values)
        guard let number else { throw LedgerError.damaged }
        return number
    }
}
