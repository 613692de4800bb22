/// A column of `records`: the latest result of each record.
enum RecordColumn: String, LedgerTable {
    case record, scope, id
    /// Of the latest result; 0 before the first.
    case revision
    /// `Status`, or one of `RemovedStatus`.
    case status, isOpen
    case name, owner, process, stage
    /// Name and owner as they are sorted and compared (`SortKey`); empty without one.
    case nameKey, ownerKey
    /// `RecordRow.unknownCreation` if it is not known.
    case createdAt
    case closedAt
    /// How the record ended and when, also if it was deleted afterwards.
    case outcome, endedAt
    /// The revision of the latest result with a state, which outcome and end are from.
    case stateRevision
    /// The revision of the current scoring.
    case scoringRevision
    /// The current probability; `RecordRow.unranked` without a score.
    case rank
    case scoredAt, grade, trend, previousScore, version
    /// Of the current scoring's largest share: its words, and its contribution in log-odds.
    case phrase, contribution
    case lowEvidence
    /// The revision of the last erasure of a contact that the record referred to: no evidence up to it is stored.
    case clearedThrough

    static let table = "records"
    static let constraints = "UNIQUE (scope, id)"
    static let options = "STRICT"

    var definition: String {
        switch self {
        case .record: "INTEGER PRIMARY KEY"
        case .scope, .revision, .isOpen, .createdAt, .scoredAt: "INTEGER NOT NULL"
        case .id, .status, .nameKey, .ownerKey: "TEXT NOT NULL"
        case .name, .owner, .process, .stage, .outcome, .grade, .trend: "TEXT"
        case .closedAt, .endedAt, .scoringRevision, .previousScore, .version, .phrase, .lowEvidence: "INTEGER"
        case .stateRevision, .clearedThrough: "INTEGER NOT NULL DEFAULT 0"
        case .rank: "REAL NOT NULL"
        case .contribution: "REAL"
        }
    }

    /// What sets a column.
    enum Source {
        case key
        /// Each newer result.
        case result
        /// Each newer result, and an erasure of a contact clears it.
        case evidence
        /// An erasure of a contact.
        case erasure
    }

    var source: Source {
        switch self {
        case .record, .scope, .id: .key
        case .revision, .status, .isOpen, .name, .owner, .process, .stage, .nameKey, .ownerKey, .createdAt, .closedAt,
            .outcome, .endedAt, .stateRevision, .scoringRevision, .rank, .scoredAt, .grade, .trend, .previousScore,
            .version:
            .result
        case .phrase, .contribution, .lowEvidence: .evidence
        case .clearedThrough: .erasure
        }
    }

    static let ofResult = allCases.filter { [.result, .evidence].contains($0.source) }

    /// The assignments that remove what was read from a contact.
    static let cleared = assignments(allCases.filter { $0.source == .evidence }) { _ in "NULL" }
}
