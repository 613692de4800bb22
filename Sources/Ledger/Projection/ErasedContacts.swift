import GRDB
import LeadModel

/// The table of contacts that were erased, for as long as an older result may still arrive.
///
/// An erasure clears the stored scorings of all records that refer or referred to the contact, as far as that is known. A
/// result that arrives later can be older than the erasure, and be the first to say that its record referred to the contact.
/// This table recognizes it, so that its evidence is not stored.
///
/// An entry expires `keptDays` after it was read from the stream, or, if it was read from the registry, `keptDays` after the
/// erasure itself. Each start of a projector reads from the registry every contact that was erased in 13 months: older ones
/// clear what is stored, and are not added. A rebuild adds them all, because it carries over the former file's scorings
/// afterwards; retention removes them from the new file.
enum ErasedContacts {
    /// The score stream keeps messages for 7 days (`x-max-age` in `Fleet/Topology`), and drops them by whole segments; a
    /// result that a consumer's queue refused is published again when there is room.
    static let keptDays = 14

    /// In milliseconds since 1970.
    static func expiry(of revision: UInt64, from source: ResultSource, now: Moment) -> Int64 {
        let kept = Int64(keptDays) * 86_400_000
        return switch source {
        case .stream: now.milliseconds + kept
        case .registry: min(Int64(clamping: revision), .max - kept) + kept
        }
    }

    static func add(_ contact: Exact, _ revision: Int64, expiry: Int64, in scope: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO erasedContacts (scope, contact, revision, expiresAt) VALUES (?, ?, ?, ?)
                ON CONFLICT (scope, contact) DO UPDATE
                SET revision = max(revision, excluded.revision), expiresAt = max(expiresAt, excluded.expiresAt)
                """
        ).execute(arguments: [scope, contact.text, revision, expiry])
    }

    /// The revision of a contact's erasure; nil if it was not erased, or the entry has expired.
    static func revision(of contact: Exact, in scope: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT revision FROM erasedContacts WHERE scope = ? AND contact = ?"),
            arguments: [scope, contact.text])
    }

    /// - Returns: how many entries were removed.
    static func removeExpired(at now: Moment, atMost count: Int, _ db: Database) throws -> Int {
        try db.cachedStatement(
            sql: """
                DELETE FROM erasedContacts WHERE (scope, contact) IN (
                    SELECT scope, contact FROM erasedContacts WHERE expiresAt <= ? LIMIT ?)
                """
        ).execute(arguments: [now.milliseconds, count])
        return db.changesCount
    }
}

/// Where a result was read from.
enum ResultSource {
    case stream
    case registry
}
