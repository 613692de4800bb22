import Foundation
import GRDB
import LeadModel

/// The columns of a scoring.
struct ScoringRow {
    static let insert = ScoringColumn.insert(ScoringColumn.allCases, verb: "INSERT OR IGNORE")

    var record: Int64
    var scoring: Scoring
    var version: Int64?
    var formerVersion: Int64?
    /// Its evidence is not stored, because it was cleared.
    var isCleared: Bool

    /// The values of all columns.
    var arguments: StatementArguments { StatementArguments(ScoringColumn.allCases.map(value)) }

    private func value(of column: ScoringColumn) -> (any DatabaseValueConvertible)? {
        switch column {
        case .record: record
        case .revision: Int64(scoring.revision)
        case .at: scoring.at.microseconds
        case .version: version
        case .isSweep: scoring.trigger == .sweep
        case .probability: scoring.probability
        case .grade: scoring.grade.rawValue
        case .evidence: isCleared ? nil : PackedEvidence.pack(scoring.evidence)
        case .formerVersion: isCleared ? nil : formerVersion
        case .formerEvidence: isCleared ? nil : scoring.former.map { PackedEvidence.pack($0.evidence) }
        }
    }
}
