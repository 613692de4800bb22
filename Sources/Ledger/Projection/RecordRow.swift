import Contract
import GRDB
import LeadModel

/// What a record's row says of it besides `Status`.
enum RemovedStatus {
    static let deleted = "deleted"
    static let erased = "erased"
}

/// The columns of a record that follow from its latest result.
struct RecordRow {
    /// Stands where the creation is not known: before all that is.
    static let unknownCreation = Int64.min
    /// Stands where there is no score: below all that are.
    static let unranked = -1.0

    var revision: Int64
    var status: String
    var isOpen: Bool
    var name, owner, process, stage: String?
    var createdAt: Int64
    var closedAt: Int64?
    var outcome: String?
    var endedAt: Int64?
    var toldRevision: Int64
    var scoring: Scoring?
    var version: Int64?
    var phrase: Int64?
    var contribution: Double?
    var lowEvidence: Bool?

    init(_ result: RecordResult, phrase: Int64?, version: Int64?) {
        let state = result.state
        revision = Int64(result.revision)
        status =
            state?.status.rawValue
            ?? (result.what == .notice(.erased) ? RemovedStatus.erased : RemovedStatus.deleted)
        isOpen = state?.status == .open
        (name, owner) = (Self.kept(state?.name), Self.kept(state?.owner))
        (process, stage) = (Self.kept(state?.process), Self.kept(state?.stage))
        createdAt = state?.createdAt?.microseconds ?? Self.unknownCreation
        closedAt = state?.closedAt?.microseconds
        outcome = state?.outcome?.rawValue
        if outcome != nil { endedAt = closedAt ?? Moment(milliseconds: Int64(result.revision)).microseconds }
        toldRevision = state == nil ? 0 : revision
        (scoring, self.version) = (result.scoring, version)
        (self.phrase, contribution, lowEvidence) = (phrase, result.reason?.contribution, result.lowEvidence)
    }

    /// SQLite's texts end at a NUL.
    private static func kept(_ text: String?) -> String? { text?.replacing("\0", with: "\u{FFFD}") }

    /// Takes out what was read from a contact.
    mutating func clear() { (phrase, contribution, lowEvidence) = (nil, nil, nil) }

    /// From `revision` on, in the order of the table.
    var arguments: StatementArguments {
        [
            revision, status, isOpen, name, owner, process, stage, SortKey.of(name), SortKey.of(owner), createdAt,
            closedAt, outcome, endedAt, toldRevision, scoring.map { Int64($0.revision) },
            scoring?.probability ?? Self.unranked,
            scoring?.at.microseconds ?? 0, scoring?.grade.rawValue, scoring?.trend.rawValue, scoring?.previousScore,
            version, phrase, contribution, lowEvidence,
        ]
    }
}

/// What is known of a record before a result is taken.
struct ExistingRecord {
    var record: Int64
    var revision: UInt64
    var status: String
    var isOpen: Bool
    var name, owner: String?
    var outcome: String?
    var endedAt: Int64?
    var toldRevision: Int64
    var clearedThrough: Int64

    init?(_ scope: Int64, _ id: String, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT record, revision, status, isOpen, name, owner, outcome, endedAt, toldRevision, clearedThrough FROM records
                WHERE scope = ? AND id = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [scope, id]) else { return nil }
        (record, revision, status) = (row[0], UInt64(clamping: row[1] as Int64), row[2])
        (isOpen, name, owner, outcome, endedAt) = (row[3], row[4], row[5], row[6], row[7])
        (toldRevision, clearedThrough) = (row[8], row[9])
    }
}
