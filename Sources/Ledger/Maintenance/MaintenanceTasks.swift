import GRDB
import LeadModel

/// What is to be done by whoever writes the ledger, kept in it until it is done.
enum MaintenanceTasks: String {
    /// Read all that was ever shown from the registry: results may have been missed.
    case catchUp = "catch up"
    /// Make the ledger anew.
    case rebuild
    /// Write the file anew and empty its write-ahead log: what was erased still stands in both.
    case scrub

    /// Stands in the place of `rebuild` where that came to nothing, with the reason as its note, until the next one.
    private static let failure = "rebuild failed"

    static func forgetRebuild(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM asks WHERE what IN (?, ?)", arguments: [rebuild.rawValue, failure])
    }

    static func failRebuild(_ why: String, _ db: Database) throws {
        try forgetRebuild(db)
        try db.execute(sql: "INSERT INTO asks (what, note) VALUES (?, ?)", arguments: [failure, why])
    }

    static func rebuildFailure(_ db: Database) throws -> String? {
        try String.fetchOne(db, sql: "SELECT note FROM asks WHERE what = ?", arguments: [failure])
    }

    static func add(_ what: MaintenanceTasks, _ db: Database) throws {
        if what == .rebuild { try forgetRebuild(db) }
        try db.execute(sql: "INSERT OR IGNORE INTO asks (what) VALUES (?)", arguments: [what.rawValue])
    }
}

extension Ledger {
    /// Leaves an ask for whoever keeps the ledger at a path.
    static func ask(_ what: MaintenanceTasks, at path: String) throws {
        let queue = try DatabaseQueue(path: path, configuration: configuration())
        try queue.write { try MaintenanceTasks.add(what, $0) }
        try queue.close()
    }

    /// Says why the ledger at a path could not be made anew, in place of the ask.
    static func failRebuild(_ why: String, at path: String) throws {
        let queue = try DatabaseQueue(path: path, configuration: configuration())
        try queue.write { try MaintenanceTasks.failRebuild(why, $0) }
        try queue.close()
    }

    func ask(_ what: MaintenanceTasks) throws { try database.write { try MaintenanceTasks.add(what, $0) } }

    /// What stands, with how far each is.
    func asks() throws -> [MaintenanceTasks: String?] {
        let rows = try database.read { try Row.fetchAll($0, sql: "SELECT what, note FROM asks") }
        return rows.reduce(into: [:]) { all, row in
            if let what = MaintenanceTasks(rawValue: row[0]) { all[what] = .some(row[1]) }
        }
    }

    func isAsked(_ what: MaintenanceTasks) throws -> Bool { try asks().keys.contains(what) }

    /// Says how far what is asked is.
    func note(_ note: String, of what: MaintenanceTasks) throws {
        try database.write {
            try $0.execute(sql: "UPDATE asks SET note = ? WHERE what = ?", arguments: [note, what.rawValue])
        }
    }

    func settle(_ what: MaintenanceTasks) throws {
        try database.write { try $0.execute(sql: "DELETE FROM asks WHERE what = ?", arguments: [what.rawValue]) }
    }
}

extension MaintenanceTasks {
    /// For a person.
    var words: String {
        switch self {
        case .catchUp: "reads the registry"
        case .rebuild: "is made anew"
        case .scrub: "empties its log of what was erased"
        }
    }
}
