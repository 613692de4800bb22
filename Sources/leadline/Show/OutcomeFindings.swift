import LeadModel
import Ledger

/// What to make of how scored records turned out, in sentences.
struct OutcomeFindings {
    /// One each of how far the figures carry, the order of the grades, the ranking, and whether scores mean what they say.
    let sentences: [String]

    init(_ group: OutcomeGroup, _ entity: Entity) {
        sentences = [
            Self.fewness(group, entity), Self.order(group.grades, entity), Self.ranking(group, entity),
            Self.level(group, entity),
        ].compactMap(\.self)
    }

    /// Of either outcome: from 30 of each an AUC of 0.75 is known to ±0.12 (Hanley & McNeil 1982).
    private static let enough = 30

    private static func fewness(_ group: OutcomeGroup, _ entity: Entity) -> String? {
        let (good, bad) = (entity.outcomes.positive.rawValue, entity.outcomes.negative.rawValue)
        let positives = group.conversion.positives
        let negatives = group.conversion.records - positives
        guard min(positives, negatives) < enough else { return nil }
        return
            "Few records: \(positives) \(good) and \(negatives) \(bad). Read the intervals, not the rates, and wait until "
            + "there are \(enough) of each."
    }

    /// Whether a better grade turned out better.
    private static func order(_ grades: [OutcomeGroup.OfGrade], _ entity: Entity) -> String? {
        let known = grades.filter { $0.conversion.records > 0 }
        guard known.count > 1 else { return nil }
        func name(_ grade: OutcomeGroup.OfGrade) -> String {
            "\(grade.grade.rawValue) (\(decimals(100 * (grade.conversion.rate ?? 0), 0)) %)"
        }
        let pairs = Array(zip(known, known.dropFirst()))
        let turned = pairs.filter { ($0.conversion.rate ?? 0) < ($1.conversion.rate ?? 0) }
        let close = pairs.filter { $0.conversion.interval.overlaps($1.conversion.interval) }
        if let (better, worse) = turned.first {
            let isSure = !better.conversion.interval.overlaps(worse.conversion.interval)
            return "The grades do not order: \(name(better)) turned out worse than \(name(worse))"
                + (isSure
                    ? ", by more than chance: train anew, or look at what the scores rest on (`leadline explain`)."
                    : "; their intervals overlap, so it can be chance.")
        }
        let all = known.map(name).joined(separator: ", ")
        guard let (better, worse) = close.first else {
            return "The grades order, each well apart from the next: \(all)."
        }
        return "The grades order: \(all). But the intervals of \(better.grade.rawValue) and \(worse.grade.rawValue) "
            + "overlap: more records would tell."
    }

    private static func ranking(_ group: OutcomeGroup, _ entity: Entity) -> String? {
        guard let auc = group.auc, let interval = group.aucInterval else { return nil }
        let (good, bad) = (entity.outcomes.positive.rawValue, entity.outcomes.negative.rawValue)
        let verdict =
            interval.lowerBound > 0.5
            ? ""
            : interval.upperBound < 0.5
                ? " The scores rank the wrong way round." : " That is no more than chance can do."
        return "Of 100 pairs of a \(good) and a \(bad) \(entity.rawValue) the \(good) one had the higher score in "
            + "\(decimals(100 * auc, 0)); by chance alone 50 (AUC \(OutcomesText.auc(group))).\(verdict)"
    }

    /// Whether as many converted as the scores said on the whole.
    private static func level(_ group: OutcomeGroup, _ entity: Entity) -> String? {
        guard let predicted = group.predicted, let error = group.calibrationError,
            let chance = group.calibrationErrorByChance
        else { return nil }
        let said =
            "The scores said that \(decimals(100 * predicted, 1)) % would be \(entity.outcomes.positive.rawValue)"
        let figures = "calibration error \(decimals(error, 3)), by chance alone \(decimals(chance, 3))"
        let (low, high) = (group.conversion.interval.lowerBound, group.conversion.interval.upperBound)
        if predicted > high || predicted < low {
            let what = predicted > high ? "more" : "fewer"
            return "\(said): \(what) than were, by more than chance (\(figures)). Ranks stand, but read no score as a "
                + "chance until the model is trained on newer records."
        }
        return "\(said), which agrees with what came (\(figures))."
    }
}
