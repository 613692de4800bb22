import Contract
import Intake
import LeadModel

/// An inspection as JSON.
public struct InspectionValue: Encodable {
    public struct Column: Encodable {
        var name, kind, use: String
        @OrNull var why: String?
        var filled, distinct: Int
        var nullWords: [String: Int]
    }

    public struct Outcomes: Encodable {
        var positive, negative, open: Int
        var columns: [String]
    }

    public struct Leak: Encodable {
        @OrNull var attribute: String?
        var warning: String
    }

    private let file: String
    private let rows: Int
    private let entity: String
    @OrNull private var outcomes: Outcomes?
    private let columns: [Column]
    private let leaks: [Leak]
    private let notes: [String]
    @OrNull private var train: String?
    @OrNull private var `import`: String?

    /// - Parameters:
    ///   - train: the whole command; nil if the outcome was not found.
    ///   - importing: the whole command; nil if the id was not found.
    public init(_ inspection: FileInspection, train: String?, importing: String?) {
        (file, rows) = (inspection.file.path, inspection.profile.rows)
        entity = inspection.roles.entity.rawValue
        outcomes = inspection.survey.map {
            Outcomes(
                positive: $0.outcomes.positives, negative: $0.outcomes.negatives, open: $0.outcomes.open,
                columns: inspection.roles.outcomes.columns)
        }
        columns = inspection.columns.map {
            Column(
                name: $0.profile.name, kind: $0.kind, use: $0.use, why: $0.why, filled: $0.profile.filled,
                distinct: $0.profile.distinct, nullWords: $0.profile.nullWords)
        }
        leaks = inspection.leaks.map { Leak(attribute: $0.attribute, warning: $0.description) }
        notes = inspection.notes
        (self.train, self.import) = (train, importing)
    }
}
