import Contract
import LeadModel
import Ledger

/// How an organization's scored leads or opportunities turned out.
public struct OutcomesView: Encodable, Sendable {
    public let question: Outcomes.Question
    public let outcomes: Outcomes

    /// - Throws: `ViewError.emptyPeriod`; `LedgerError`; `LedgerFileError`.
    public init(_ question: Outcomes.Question, in ledger: LedgerReader) throws {
        if let from = question.from, let through = question.through, from > through {
            throw ViewError.emptyPeriod(since: from, until: through)
        }
        (self.question, outcomes) = (question, try ledger.outcomes(question))
    }

    public func encode(to encoder: any Encoder) throws { try Shape(self).encode(to: encoder) }

    private struct Shape: Encodable {
        var org: String
        var entity: Entity
        /// The status that counts as converted.
        var positive: Status
        @OrNull var since: Moment?
        @OrNull var until: Moment?
        @OrNull var model: String?
        @OrNull var version: Int?
        var withoutScore: Int
        var all: Group
        var months: [OfMonth]
        var versions: [OfVersion]

        init(_ view: OutcomesView) {
            let (question, outcomes) = (view.question, view.outcomes)
            (org, entity, positive) = (
                question.organization, question.entity, question.entity.outcomes.positive
            )
            (since, until, model, version) = (question.from, question.through, question.model, question.version)
            (withoutScore, all) = (outcomes.withoutScore, Group(outcomes.all))
            months = outcomes.months.map { OfMonth(month: $0.month, outcomes: Group($0.group)) }
            versions = outcomes.versions.map {
                OfVersion(model: $0.model.name, version: $0.model.version, outcomes: Group($0.group))
            }
        }
    }

    private struct Rate: Encodable {
        var records, positives: Int
        @OrNull var rate: Double?
        /// The 95 % interval; 0 and 1 without records.
        var low, high: Double

        init(_ conversion: Conversion) {
            (records, positives, rate) = (conversion.records, conversion.positives, conversion.rate)
            (low, high) = (conversion.interval.lowerBound, conversion.interval.upperBound)
        }
    }

    private struct OfGrade: Encodable {
        var grade: Grade
        var conversion: Rate
    }

    private struct OfBand: Encodable {
        var from, to: Int
        var conversion: Rate
    }

    private struct Bin: Encodable {
        var predicted: Double
        var conversion: Rate
    }

    private struct OfMonth: Encodable {
        var month: Month
        var outcomes: Group
    }

    private struct OfVersion: Encodable {
        var model: String
        var version: Int
        var outcomes: Group
    }

    private struct Group: Encodable {
        var conversion: Rate
        @OrNull var predicted: Double?
        @OrNull var auc: Double?
        @OrNull var aucLow: Double?
        @OrNull var aucHigh: Double?
        @OrNull var brier: Double?
        @OrNull var logLoss: Double?
        @OrNull var calibrationError: Double?
        @OrNull var calibrationErrorByChance: Double?
        var grades: [OfGrade]
        var bands: [OfBand]
        var calibration: [Bin]

        init(_ group: OutcomeGroup) {
            (conversion, predicted) = (Rate(group.conversion), group.predicted)
            (auc, aucLow, aucHigh) = (group.auc, group.aucInterval?.lowerBound, group.aucInterval?.upperBound)
            (brier, logLoss, calibrationError) = (group.brier, group.logLoss, group.calibrationError)
            calibrationErrorByChance = group.calibrationErrorByChance
            grades = group.grades.map { OfGrade(grade: $0.grade, conversion: Rate($0.conversion)) }
            bands = group.bands.map {
                OfBand(from: $0.scores.lowerBound, to: $0.scores.upperBound, conversion: Rate($0.conversion))
            }
            calibration = group.calibration.map { Bin(predicted: $0.predicted, conversion: Rate($0.conversion)) }
        }
    }
}
