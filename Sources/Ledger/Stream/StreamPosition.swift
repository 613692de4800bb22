import GRDB

/// How far the stream was read: the offset of the last message, and its id. Offsets have gaps.
struct StreamPosition: Equatable {
    var offset: Int64
    var message: String

    static func read(_ db: Database) throws -> StreamPosition? {
        try Row.fetchOne(db, sql: "SELECT streamOffset, message FROM position").map {
            StreamPosition(offset: $0[0], message: $0[1])
        }
    }

    func write(_ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO position (only, streamOffset, message) VALUES (1, ?, ?)"
        ).execute(arguments: [offset, message])
    }

    static func forget(_ db: Database) throws { try db.execute(sql: "DELETE FROM position") }
}
