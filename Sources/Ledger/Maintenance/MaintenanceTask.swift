import GRDB
import LeadModel

/// Work that the ledger's writer still has to do. It is kept in the ledger until it is done, so it survives a crash, and
/// another process can request it.
enum MaintenanceTask: String {
    /// Read every record that was ever shown from the registry: the stream may have missed results.
    case catchUp = "catch up"
    case rebuild
    /// Compact the file and empty its write-ahead log: both still contain erased values.
    case scrub

    /// For a person, after "the ledger".
    var words: String {
        switch self {
        case .catchUp: "is reading the registry"
        case .rebuild: "is being rebuilt"
        case .scrub: "still has to remove erased values from its files"
        }
    }
}

/// The table of tasks. Each has a note on its progress, for a person.
extension MaintenanceTask {
    /// Stored in place of a rebuild that failed, with the reason as its note, until the next one.
    private static let failedRebuild = "rebuild failed"

    static func pending(_ db: Database) throws -> [MaintenanceTask: String?] {
        try Row.fetchAll(db.cachedStatement(sql: "SELECT task, note FROM maintenanceTasks")).reduce(into: [:]) {
            if let task = MaintenanceTask(rawValue: $1[0]) { $0[task] = .some($1[1]) }
        }
    }

    func add(_ db: Database) throws {
        if self == .rebuild { try Self.forgetRebuild(db) }
        try db.execute(sql: "INSERT OR IGNORE INTO maintenanceTasks (task) VALUES (?)", arguments: [rawValue])
    }

    func finish(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM maintenanceTasks WHERE task = ?", arguments: [rawValue])
    }

    func note(_ progress: String, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE maintenanceTasks SET note = ? WHERE task = ?", arguments: [progress, rawValue])
    }

    static func forgetRebuild(_ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM maintenanceTasks WHERE task IN (?, ?)", arguments: [rebuild.rawValue, failedRebuild])
    }

    static func failRebuild(_ reason: String, _ db: Database) throws {
        try forgetRebuild(db)
        try db.execute(
            sql: "INSERT INTO maintenanceTasks (task, note) VALUES (?, ?)", arguments: [failedRebuild, reason])
    }

    /// Why the last rebuild failed; nil if it did not.
    static func rebuildFailure(_ db: Database) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT note FROM maintenanceTasks WHERE task = ?", arguments: [failedRebuild])
    }

    /// Changes the tasks of a ledger that another process writes.
    static func change(at path: String, _ body: (Database) throws -> Void) throws {
        try LedgerFileError.naming(path) {
            let queue = try DatabaseQueue(path: path, configuration: LedgerFile.configuration())
            try queue.write(body)
            try queue.close()
        }
    }
}

extension LedgerWriter {
    func isPending(_ task: MaintenanceTask) throws -> Bool {
        try read(MaintenanceTask.pending).keys.contains(task)
    }
}

extension LedgerReader {
    func isPending(_ task: MaintenanceTask) throws -> Bool {
        try read(MaintenanceTask.pending).keys.contains(task)
    }
}
