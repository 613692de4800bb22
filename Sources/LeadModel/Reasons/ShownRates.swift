import Foundation

/// The rate of positives among the training records of a bin, next to that of all training records: what an insight shows
/// for a reason. Both are compared as they are written, because a person compares what is written.
struct ShownRates: Equatable, Sendable {
    /// "30 %". Rare and frequent outcomes have a decimal, where whole percents would hide a difference.
    let rate, base: String
    /// 1 if the rate is written as higher than the base rate, −1 if as lower, 0 if both read the same.
    let side: Int
    /// The bin's log-odds minus those of all records, with half a record added to each outcome, so that it is finite.
    let difference: Double
    /// Whether chance alone seldom makes a difference of this size: it is more than two standard errors of the base rate.
    let isCertain: Bool

    /// - Returns: nil if no training record is in the bin.
    init?(_ bin: Scorecard.Bin, _ training: Scorecard.Training) {
        let all = training.positives + training.negatives
        guard bin.records > 0, all > 0 else { return nil }
        let shares = (
            bin: Double(bin.positives) / Double(bin.records), all: Double(training.positives) / Double(all)
        )
        let hasDecimal = !(0.05...0.95).contains(shares.all)
        func written(_ share: Double) -> Int { Int((share * (hasDecimal ? 1000 : 100)).rounded()) }
        func text(_ share: Double) -> String {
            let number = written(share)
            return hasDecimal ? "\(number / 10).\(number % 10) %" : "\(number) %"
        }
        (rate, base) = (text(shares.bin), text(shares.all))
        side = (written(shares.bin) - written(shares.all)).signum()
        difference =
            Self.logOdds(bin.positives, of: bin.records) - Self.logOdds(training.positives, of: all)
        let error = (shares.all * (1 - shares.all) / Double(bin.records)).squareRoot()
        isCertain = abs(shares.bin - shares.all) > 2 * error
    }

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
