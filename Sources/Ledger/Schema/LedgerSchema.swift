import GRDB

/// The tables of a ledger's file. Each change after a release is a further migration: none that was in a release changes.
///
/// Times are microseconds since 1970, revisions as in the contract. Columns that listings sort by are never null.
enum LedgerSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: records, scorings, stream position") { db in
            for statement in first { try db.execute(sql: statement) }
        }
        return migrator
    }

    private static let first = [
        // The leads or opportunities of an organization.
        """
        CREATE TABLE scopes (
            scope INTEGER PRIMARY KEY, organization TEXT NOT NULL, entity TEXT NOT NULL, UNIQUE (organization, entity)
        ) STRICT
        """,
        "CREATE TABLE versions (version INTEGER PRIMARY KEY, model TEXT NOT NULL, number INTEGER NOT NULL, UNIQUE (model, number)) STRICT",
        // The words of top reasons: few, each of many records.
        "CREATE TABLE phrases (phrase INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",
        RecordColumn.creation,
        // SQLite appends the record's number to each, ascending. Listings read them in their order.
        "CREATE INDEX openByRank ON records (scope, rank DESC) WHERE isOpen = 1",
        "CREATE INDEX openByGrade ON records (scope, grade, rank DESC) WHERE isOpen = 1",
        "CREATE INDEX openByCreation ON records (scope, createdAt) WHERE isOpen = 1",
        "CREATE INDEX openByOwner ON records (scope, ownerKey, rank DESC) WHERE isOpen = 1",
        "CREATE INDEX openByName ON records (scope, nameKey) WHERE isOpen = 1",
        "CREATE INDEX openByScoring ON records (scope, scoredAt) WHERE isOpen = 1",
        "CREATE INDEX ended ON records (scope, endedAt) WHERE outcome IS NOT NULL",
        // The words of open records, by `record`.
        "CREATE VIRTUAL TABLE words USING fts5(name, owner, id, content = '', columnsize = 0, detail = none, tokenize = 'unicode61 remove_diacritics 2')",
        ScoringColumn.creation,
        // Which records refer to a contact or once did: a change of contact does not end the right to erasure.
        """
        CREATE TABLE referrers (
            scope INTEGER NOT NULL, contact TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (scope, contact, record)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX referrersByRecord ON referrers (record)",
        // See `ErasedContacts`. expiresAt: milliseconds since 1970.
        """
        CREATE TABLE erasedContacts (
            scope INTEGER NOT NULL, contact TEXT NOT NULL, revision INTEGER NOT NULL, expiresAt INTEGER NOT NULL,
            PRIMARY KEY (scope, contact)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX erasedContactsByExpiry ON erasedContacts (expiresAt)",
        // The offset and id of the last stream message that was applied. At most one row.
        """
        CREATE TABLE position (
            only INTEGER PRIMARY KEY CHECK (only = 1), streamOffset INTEGER NOT NULL, message TEXT NOT NULL
        ) STRICT
        """,
        // Pending maintenance (`MaintenanceTask`), with its progress for a person.
        "CREATE TABLE maintenanceTasks (task TEXT PRIMARY KEY, note TEXT) STRICT",
    ]
}
