import GRDB

/// What the ledger's file holds. A change is a further migration: none is ever altered once it was in a release.
///
/// Times are microseconds since 1970, revisions as the contract has them. What views sort by is never null.
enum LedgerSchema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1: records, scorings, position") { db in
            for statement in first { try db.execute(sql: statement) }
        }
        return migrator
    }

    private static let first = [
        // An organization's leads or opportunities.
        """
        CREATE TABLE scopes (
            scope INTEGER PRIMARY KEY, organization TEXT NOT NULL, entity TEXT NOT NULL, UNIQUE (organization, entity)
        ) STRICT
        """,
        "CREATE TABLE versions (version INTEGER PRIMARY KEY, model TEXT NOT NULL, number INTEGER NOT NULL, UNIQUE (model, number)) STRICT",
        // The words of top reasons: few, and of many records each.
        "CREATE TABLE phrases (phrase INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT",
        // The latest result of each record. revision 0: none came yet.
        """
        CREATE TABLE records (
            record INTEGER PRIMARY KEY,
            scope INTEGER NOT NULL,
            id TEXT NOT NULL,
            revision INTEGER NOT NULL,
            -- open, an outcome, deleted or erased
            status TEXT NOT NULL,
            isOpen INTEGER NOT NULL,
            name TEXT,
            owner TEXT,
            process TEXT,
            stage TEXT,
            -- name and owner as they are sorted and compared, empty where there is none
            nameKey TEXT NOT NULL,
            ownerKey TEXT NOT NULL,
            -- the least integer where it is not known
            createdAt INTEGER NOT NULL,
            closedAt INTEGER,
            -- how it ended and when, also of one that was deleted afterwards; told by the result of toldRevision, the
            -- latest with a state
            outcome TEXT,
            endedAt INTEGER,
            toldRevision INTEGER NOT NULL DEFAULT 0,
            -- of the scoring that stands; rank is its probability, -1 without one
            scoringRevision INTEGER,
            rank REAL NOT NULL,
            scoredAt INTEGER NOT NULL,
            grade TEXT,
            trend TEXT,
            previousScore INTEGER,
            version INTEGER,
            -- of the largest share: its words, and its contribution in log-odds
            phrase INTEGER,
            contribution REAL,
            lowEvidence INTEGER,
            -- the revision of the last erasure of a contact that it named: no evidence up to it is kept
            clearedThrough INTEGER NOT NULL DEFAULT 0,
            UNIQUE (scope, id)
        ) STRICT
        """,
        // Each ends in the record's number, upwards, as SQLite makes it: `Listing` walks them as they are.
        "CREATE INDEX openByRank ON records (scope, rank DESC) WHERE isOpen = 1",
        "CREATE INDEX openByGrade ON records (scope, grade, rank DESC) WHERE isOpen = 1",
        "CREATE INDEX openByCreation ON records (scope, createdAt) WHERE isOpen = 1",
        "CREATE INDEX openByOwner ON records (scope, ownerKey, rank DESC) WHERE isOpen = 1",
        "CREATE INDEX openByName ON records (scope, nameKey) WHERE isOpen = 1",
        "CREATE INDEX openByScoring ON records (scope, scoredAt) WHERE isOpen = 1",
        "CREATE INDEX ended ON records (scope, endedAt) WHERE outcome IS NOT NULL",
        // Words of open records, by `record`.
        "CREATE VIRTUAL TABLE words USING fts5(name, owner, id, content = '', columnsize = 0, detail = none, tokenize = 'unicode61 remove_diacritics 2')",
        // Every scoring. evidence: bins, packed (`PackedEvidence`); null where it was cleared.
        """
        CREATE TABLE scorings (
            record INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            at INTEGER NOT NULL,
            version INTEGER NOT NULL,
            isSweep INTEGER NOT NULL,
            probability REAL NOT NULL,
            grade TEXT NOT NULL,
            evidence BLOB,
            formerVersion INTEGER,
            formerEvidence BLOB,
            PRIMARY KEY (record, revision)
        ) STRICT, WITHOUT ROWID
        """,
        // Who ever named which contact: a change of contact ends no claim to be forgotten.
        """
        CREATE TABLE named (
            scope INTEGER NOT NULL, contact TEXT NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (scope, contact, record)
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX namedByRecord ON named (record)",
        // Contacts that were erased, by the revision of that: what comes later of before is kept without evidence.
        """
        CREATE TABLE erasedContacts (
            scope INTEGER NOT NULL, contact TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (scope, contact)
        ) STRICT, WITHOUT ROWID
        """,
        // How far the stream was read: the last message's offset and id. At most one row.
        """
        CREATE TABLE position (
            only INTEGER PRIMARY KEY CHECK (only = 1), streamOffset INTEGER NOT NULL, message TEXT NOT NULL
        ) STRICT
        """,
        // What is still to be done (`MaintenanceTask`), with its progress for a person.
        "CREATE TABLE maintenanceTasks (task TEXT PRIMARY KEY, note TEXT) STRICT",
    ]
}
