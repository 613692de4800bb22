import GRDB
import LeadModel

/// What is to be done by whoever writes the ledger, kept in it until it is done.
enum Asks: String {
    /// Read all that was ever shown from the registry: results may have been missed.
    case catchUp = "catch up"

    static func add(_ what: Asks, _ db: Database) throws {
        try db.execute(sql: "INSERT OR IGNORE INTO asks (what) VALUES (?)", arguments: [what.rawValue])
    }
}

extension Ledger {
    func ask(_ what: Asks) throws { try database.write { try Asks.add(what, $0) } }

    func isAsked(_ what: Asks) throws -> Bool {
        try database.read {
            try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM asks WHERE what = ?)", arguments: [what.rawValue])
        } ?? false
    }

    func settle(_ what: Asks) throws {
        try database.write { try $0.execute(sql: "DELETE FROM asks WHERE what = ?", arguments: [what.rawValue]) }
    }
}
