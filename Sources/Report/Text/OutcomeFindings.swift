import LeadModel
import Ledger

/// What the outcomes of scored records show, in sentences.
public struct OutcomeFindings {
    /// Whether there are enough records, whether grades and scores rank them well, and whether predicted rates occurred.
    public let sentences: [String]

    public init(_ group: OutcomeGroup, _ entity: Entity) {
        sentences = [
            Self.fewness(group, entity), Self.order(group.grades, entity), Self.ranking(group, entity),
            Self.level(group, entity),
        ].compactMap(\.self)
    }

    /// Records of each outcome: with 30 of each the 95 % interval of an AUC of 0.75 is ±0.12 (Hanley & McNeil 1982).
    private static let enough = 30

    private static func fewness(_ group: OutcomeGroup, _ entity: Entity) -> String? {
        let (good, bad) = (entity.outcomes.positive.rawValue, entity.outcomes.negative.rawValue)
        let positives = group.conversion.positives
        let negatives = group.conversion.records - positives
        guard min(positives, negatives) < enough else { return nil }
        return
            "Few records: \(positives) \(good) and \(negatives) \(bad). Rely on the intervals, not the rates, until there "
            + "are \(enough) of each."
    }

    /// Whether better grades have higher rates.
    private static func order(_ grades: [OutcomeGroup.OfGrade], _ entity: Entity) -> String? {
        let known = grades.filter { $0.conversion.records > 0 }
        guard known.count > 1 else { return nil }
        func name(_ grade: OutcomeGroup.OfGrade) -> String {
            "\(grade.grade.rawValue) (\((100 * (grade.conversion.rate ?? 0)).decimals(0)) %)"
        }
        let pairs = Array(zip(known, known.dropFirst()))
        let turned = pairs.filter { ($0.conversion.rate ?? 0) < ($1.conversion.rate ?? 0) }
        let close = pairs.filter { $0.conversion.interval.overlaps($1.conversion.interval) }
        if let (better, worse) = turned.first {
            let isSure = !better.conversion.interval.overlaps(worse.conversion.interval)
            return "The grades are out of order: \(name(better)) turned out worse than \(name(worse))"
                + (isSure
                    ? ", by more than chance: train again, or look at the reasons of the scores (`leadline explain`)."
                    : "; their intervals overlap, so it may be chance.")
        }
        let all = known.map(name).joined(separator: ", ")
        guard let (better, worse) = close.first else {
            return "The grades are in order, with intervals that do not overlap: \(all)."
        }
        return
            "The grades are in order: \(all). But the intervals of \(better.grade.rawValue) and \(worse.grade.rawValue) "
            + "overlap: this takes more records to confirm."
    }

    private static func ranking(_ group: OutcomeGroup, _ entity: Entity) -> String? {
        guard let auc = group.auc, let interval = group.aucInterval else { return nil }
        let (good, bad) = (entity.outcomes.positive.rawValue, entity.outcomes.negative.rawValue)
        let verdict =
            interval.lowerBound > 0.5
            ? ""
            : interval.upperBound < 0.5
                ? " The scores rank in the wrong order." : " That may be chance."
        return "Of 100 pairs of a \(good) and a \(bad) \(entity.rawValue) the \(good) one had the higher score in "
            + "\((100 * auc).decimals(0)); by chance alone 50 (AUC \(auc.decimals(2)) "
            + "(\(interval.lowerBound.decimals(2))–\(interval.upperBound.decimals(2)))).\(verdict)"
    }

    /// Whether as many converted as the scores predicted.
    private static func level(_ group: OutcomeGroup, _ entity: Entity) -> String? {
        guard let predicted = group.predicted, let error = group.calibrationError,
            let chance = group.calibrationErrorByChance
        else { return nil }
        let claim =
            "The scores predicted that \((100 * predicted).decimals(1)) % would be \(entity.outcomes.positive.rawValue)"
        let figures = "calibration error \(error.decimals(3)), by chance alone \(chance.decimals(3))"
        let (low, high) = (group.conversion.interval.lowerBound, group.conversion.interval.upperBound)
        if predicted > high || predicted < low {
            let what = predicted > high ? "more" : "fewer"
            return
                "\(claim): \(what) than were, by more than chance (\(figures)). The ranking is still valid, but don't read "
                + "a score as a probability until the model is trained on newer records."
        }
        return "\(claim), which agrees with what was observed (\(figures))."
    }
}
