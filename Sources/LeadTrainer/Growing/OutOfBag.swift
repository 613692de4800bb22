import LeadModel

/// Out-of-bag predictions: each record's prediction comes from the bags that left it out. They are as honest as
/// predictions for new records, so the scorecard is calibrated and measured on them.
struct OutOfBag {
    /// By row; nil for a row that every bag drew.
    private let logOdds: [Double?]
    let calibration: Calibration
    let quality: Scorecard.Quality

    init(_ logOdds: [Double?], _ outcomes: [Bool], bags: Int) {
        self.logOdds = logOdds
        let rows = logOdds.indices.filter { logOdds[$0] != nil }
        let (known, ends) = (rows.compactMap { logOdds[$0] }, rows.map { outcomes[$0] })
        let line = Calibration(logOdds: known, outcomes: ends)
        calibration = line
        let probabilities = known.map { logistic(line($0)) }
        quality = .init(
            bags: bags, auc: Metrics.auc(probabilities, ends) ?? 0.5, logLoss: Metrics.logLoss(probabilities, ends),
            accuracy: Metrics.accuracy(probabilities, ends))
    }

    func probability(_ row: Int) -> Double? { logOdds[row].map { logistic(calibration($0)) } }
}
