import Foundation
import LeadModel

/// Whether time moves what attributes don't show: the newest records have an outcome more often than the older ones
/// predict, or differ less than they do.
///
/// A model of the older records predicts the newest fifth; the line through its log-odds that fits them best says how far
/// they moved. It counts only if the line of this fifth's older half helps its newer half, so that what passes is not
/// followed; and half of it is taken, since nobody knows whether it goes on.
struct TimeShift {
    let line: Calibration
    /// Of the newest records: the share of positives, and that which the older ones predict.
    let observed, predicted: Double

    private static let newest = 0.2
    /// Fewer records of an outcome among the newest show nothing.
    private static let leastOfOutcome = 50
    /// In units of log-likelihood: what the older half's line must gain in the newer half, where chance gains nothing.
    private static let leastGain = 8.0
    private static let bags = 8

    /// Nil where the records are undated or too few, or the newest are as the older ones predict.
    ///
    /// - Parameter created: by row of `fitting.rows`.
    init?(_ fitting: Fitting, created: [Moment?]) {
        let dated = created.enumerated().compactMap { row, moment in moment.map { (moment: $0, row: row) } }
            .sorted { ($0.moment, $0.row) < ($1.moment, $1.row) }.map(\.row)
        guard dated.count * 10 >= created.count * 9 else { return nil }
        let cut = dated.count - Int(Double(dated.count) * Self.newest)
        let (older, newer) = (dated[..<cut].sorted(), Array(dated[cut...]))
        let ends = newer.map { fitting.outcomes[$0] }
        let known = older.count { fitting.outcomes[$0] }
        guard min(ends.count { $0 }, ends.count { !$0 }, known, older.count - known) >= Self.leastOfOutcome else {
            return nil
        }
        var options = fitting.options
        options.bags = min(options.bags ?? Self.bags, Self.bags)
        let part = Fitting(
            columns: fitting.columns, rows: older.map { fitting.rows[$0] },
            outcomes: older.map { fitting.outcomes[$0] },
            group: older.map { fitting.group[$0] }, options: options)
        let model = part.fit { _ in }
        let unseen = OutOfBag(model.logOddsOutOfBag, part.outcomes, bags: model.bags)
        let logOdds = model.logOdds(fitting.columns, rows: newer.map { fitting.rows[$0] }).map {
            unseen.calibration($0)
        }
        let half = logOdds.count / 2
        let former = Calibration(logOdds: Array(logOdds[..<half]), outcomes: Array(ends[..<half])).half
        let gain = zip(logOdds, ends).dropFirst(half).reduce(0) { gain, record in
            gain + Self.logLoss(record.0, record.1) - Self.logLoss(former(record.0), record.1)
        }
        guard gain >= Self.leastGain else { return nil }
        line = Calibration(logOdds: logOdds, outcomes: ends).half
        observed = Double(ends.count { $0 }) / Double(ends.count)
        predicted = logOdds.reduce(0) { $0 + logistic($1) } / Double(ends.count)
    }

    func warning(_ options: TrainingOptions) -> TrainingWarning {
        func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
        let (plural, positive) = (options.entity.plural, options.entity.outcomes.positive.rawValue)
        return TrainingWarning(
            kind: .moved, attribute: nil,
            description: "time moves what the attributes don't show: of the newest fifth of the \(plural), "
                + "\(percent(observed)) were \(positive), where the older ones predict \(percent(predicted)). Scores follow "
                + "half of this; --keep-level trains without it")
    }

    private static func logLoss(_ logOdds: Double, _ outcome: Bool) -> Double {
        -log(max(1e-15, logistic(outcome ? logOdds : -logOdds)))
    }
}

extension Calibration {
    fileprivate var half: Calibration { Calibration(scale: scale.squareRoot(), shift: shift / 2) }
}
