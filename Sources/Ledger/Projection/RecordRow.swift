import Contract
import GRDB
import LeadModel

/// Values of the status column for records that have no `Status` any more.
enum RemovedStatus {
    static let deleted = "deleted"
    static let erased = "erased"
}

/// The columns of a record that follow from its latest result.
struct RecordRow {
    /// `createdAt` if it is not known: before every known one.
    static let unknownCreation = Int64.min
    /// `rank` without a score: below every score.
    static let unranked = -1.0

    var revision: Int64
    var status: String
    var isOpen: Bool
    var name, owner, process, stage: String?
    var createdAt: Int64
    var closedAt: Int64?
    var outcome: String?
    var endedAt: Int64?
    var stateRevision: Int64
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
        (name, owner) = (Self.storable(state?.name), Self.storable(state?.owner))
        (process, stage) = (Self.storable(state?.process), Self.storable(state?.stage))
        createdAt = state?.createdAt?.microseconds ?? Self.unknownCreation
        closedAt = state?.closedAt?.microseconds
        outcome = state?.outcome?.rawValue
        if outcome != nil { endedAt = closedAt ?? Moment(milliseconds: Int64(result.revision)).microseconds }
        stateRevision = state == nil ? 0 : revision
        (scoring, self.version) = (result.scoring, version)
        (self.phrase, contribution, lowEvidence) = (phrase, result.reason?.contribution, result.lowEvidence)
    }

    /// A text ends at its first NUL in SQLite.
    private static func storable(_ text: String?) -> String? { text?.replacing("\0", with: "\u{FFFD}") }

    /// Removes what was read from a contact.
    mutating func clear() { (phrase, contribution, lowEvidence) = (nil, nil, nil) }

    /// The values of `RecordColumn.ofResult`.
    var arguments: StatementArguments { StatementArguments(RecordColumn.ofResult.map(value)) }

    private func value(of column: RecordColumn) -> (any DatabaseValueConvertible)? {
        switch column {
        case .record, .scope, .id, .clearedThrough: nil
        case .revision: revision
        case .status: status
        case .isOpen: isOpen
        case .name: name
        case .owner: owner
        case .process: process
        case .stage: stage
        case .nameKey: SortKey.of(name)
        case .ownerKey: SortKey.of(owner)
        case .createdAt: createdAt
        case .closedAt: closedAt
        case .outcome: outcome
        case .endedAt: endedAt
        case .stateRevision: stateRevision
        case .scoringRevision: scoring.map { Int64($0.revision) }
        case .rank: scoring?.probability ?? Self.unranked
        case .scoredAt: scoring?.at.microseconds ?? 0
        case .grade: scoring?.grade.rawValue
        case .trend: scoring?.trend.rawValue
        case .previousScore: scoring?.previousScore
        case .version: version
        case .phrase: phrase
        case .contribution: contribution
        case .lowEvidence: lowEvidence
        }
    }
}
