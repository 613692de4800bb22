import Foundation

/// The rate of positives among the training records of a bin, next to that of all training records: what an insight shows
/// for a reason. Both are compared as they are written, because a person compares what is written.
struct ShownRates: Sendable {
    /// As they are written, in tenths of a percent or in percent.
    private let written: (rate: Int, base: Int)
    /// Rare and frequent outcomes have a decimal, where whole percents would hide a difference.
    private let hasDecimal: Bool
    /// The bin's log-odds minus those of all records, with half a record added to each outcome, so that it is finite.
    let difference: Double
    /// Whether chance alone seldom makes a difference of this size: it is more than two standard errors of the base rate.
    let isCertain: Bool

    /// - Returns: nil if no training record is in the bin.
    init?(_ bin: Scorecard.Bin, _ training: Scorecard.Training) {
        let all = training.positives + training.negatives
        guard bin.records > 0, all > 0 else { return nil }
        let rate = Double(bin.positives) / Double(bin.records)
        let base = Double(training.positives) / Double(all)
        hasDecimal = !(0.05...0.95).contains(base)
        let scale = hasDecimal ? 1000.0 : 100
        written = (Int((rate * scale).rounded()), Int((base * scale).rounded()))
        difference =
            Self.logOdds(bin.positives, of: bin.records) - Self.logOdds(training.positives, of: all)
        isCertain = abs(rate - base) > 2 * (base * (1 - base) / Double(bin.records)).squareRoot()
    }

    /// "30 %", "0.8 %".
    var rate: String { text(written.rate) }
    var base: String { text(written.base) }

    /// 1 if the rate is written as higher than the base rate, −1 if as lower, 0 if both read the same.
    var side: Int { (written.rate - written.base).signum() }

    private func text(_ number: Int) -> String { hasDecimal ? "\(number / 10).\(number % 10) %" : "\(number) %" }

    /// With half a record added to each outcome.
    static func logOdds(_ positives: Int, of records: Int) -> Double {
        log((Double(positives) + 0.5) / (Double(records - positives) + 0.5))
    }
}

extension Strength {
    /// Whether a reason of this strength and the rates of its bin contradict each other unless the reason says why:
    ///
    /// 1. The share is positive or negative, and the bin's rate is not on the same side of the base rate, or there is none.
    /// 2. The share is neutral, and the bin's rate is not: it differs from the base rate by 0.1 or more in log-odds, and in
    ///    what is written.
    func contradicts(_ rates: ShownRates?) -> Bool {
        switch self {
        case .stronglyPositive, .positive: rates?.side != 1
        case .stronglyNegative, .negative: rates?.side != -1
        case .neutral: rates.map { $0.side != 0 && Strength($0.difference) != .neutral } ?? false
        }
    }
}
