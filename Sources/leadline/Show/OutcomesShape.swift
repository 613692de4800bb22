import Contract
import LeadModel
import Ledger

/// What `outcomes` prints as JSON.
struct OutcomesShape: Encodable {
    struct Rate: Encodable {
        var records, positives: Int
        @OrNull var rate: Double?
        /// The 95 % interval of the chance behind the rate; 0 and 1 without records.
        var low, high: Double

        init(_ conversion: Conversion) {
            (records, positives, rate) = (conversion.records, conversion.positives, conversion.rate)
            (low, high) = (conversion.interval.lowerBound, conversion.interval.upperBound)
        }
    }

    struct OfGrade: Encodable {
        var grade: String
        var conversion: Rate
    }

    struct OfBand: Encodable {
        var from, to: Int
        var conversion: Rate
    }

    struct Bin: Encodable {
        var predicted: Double
        var conversion: Rate
    }

    struct Group: Encodable {
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
            grades = group.grades.map { OfGrade(grade: $0.grade.rawValue, conversion: Rate($0.conversion)) }
            bands = group.bands.map {
                OfBand(from: $0.scores.lowerBound, to: $0.scores.upperBound, conversion: Rate($0.conversion))
            }
            calibration = group.calibration.map { Bin(predicted: $0.predicted, conversion: Rate($0.conversion)) }
        }
    }

    struct OfMonth: Encodable {
        var month: String
        var outcomes: Group
    }

    struct OfVersion: Encodable {
        var model: String
        var version: Int
        var outcomes: Group
    }

    var org: String
    var entity: Entity
    /// What counts as converted.
    var positive: String
    // What was asked for.
    @OrNull var since: String?
    @OrNull var until: String?
    @OrNull var model: String?
    @OrNull var version: Int?
    var withoutScore: Int
    var all: Group
    var months: [OfMonth]
    var versions: [OfVersion]

    init(_ outcomes: Outcomes, org: String, _ entity: Entity) {
        (self.org, self.entity, positive) = (org, entity, entity.outcomes.positive.rawValue)
        (since, until, model, version) = (nil, nil, nil, nil)
        (withoutScore, all) = (outcomes.withoutScore, Group(outcomes.all))
        months = outcomes.months.map { OfMonth(month: $0.month.text, outcomes: Group($0.group)) }
        versions = outcomes.versions.map {
            OfVersion(model: $0.model.name, version: $0.model.version, outcomes: Group($0.group))
        }
    }
}
