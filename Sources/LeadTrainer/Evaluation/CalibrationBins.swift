import Foundation

/// The bins of a calibration error, to say how far it can be from the true one.
struct CalibrationBins {
    private struct Bin {
        /// Share of the records.
        var weight: Double
        /// |mean probability − share of positives|.
        var gap: Double
        /// Of the gap by chance, √Σp(1 − p) over the bin's records.
        var deviation: Double
    }

    private var bins: [Bin] = []

    /// The bins of `Metrics.calibrationError`.
    init(_ predictions: [HeldOut.Prediction], bins count: Int = 10) {
        let sorted = predictions.sorted { ($0.probability, $0.record) < ($1.probability, $1.record) }
        var first = 0
        for number in 0..<count {
            let size = sorted.count / count + (number < sorted.count % count ? 1 : 0)
            guard size > 0 else { continue }
            let rows = sorted[first..<first + size]
            first += size
            let gap = rows.reduce(0) { $0 + $1.probability - ($1.outcome ? 1 : 0) }
            let variance = rows.reduce(0) { $0 + $1.probability * (1 - $1.probability) }
            bins.append(
                Bin(
                    weight: Double(size) / Double(sorted.count), gap: abs(gap) / Double(size),
                    deviation: variance.squareRoot() / Double(size)))
        }
    }

    private var error: Double { bins.reduce(0) { $0 + $1.weight * $1.gap } }

    /// Mean and variance of the error that would be measured if the true gaps were `scale` times the measured ones: a
    /// bin's measured gap is then the absolute value of a normal variable (the folded normal distribution; Leone, Nelson,
    /// Nottingham: The folded normal distribution, Technometrics 1961).
    private func expected(_ scale: Double) -> (mean: Double, variance: Double) {
        bins.reduce((0, 0)) { sum, bin in
            let (mu, sigma) = (scale * bin.gap, max(bin.deviation, 1e-12))
            let mean =
                sigma * (2 / Double.pi).squareRoot() * exp(-mu * mu / (2 * sigma * sigma))
                + mu * erf(mu / (sigma * 2.0.squareRoot()))
            let variance = max(0, mu * mu + sigma * sigma - mean * mean)
            return (sum.0 + bin.weight * mean, sum.1 + bin.weight * bin.weight * variance)
        }
    }

    /// The 95 % interval of a calibration error: those true errors for which the measured one lies within 1.96 standard
    /// deviations of what would be expected. Resampling the records would not do: each draw adds the noise of its own to
    /// that of the records, so that the interval lies above the truth.
    ///
    /// - Parameter repeats: by repeat, the bins of its parts, over whose errors the mean is taken. Repeats measure the same
    ///   records, so they do not make the interval narrower.
    static func interval(_ repeats: [[CalibrationBins]]) -> ClosedRange<Double> {
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        let error = mean(repeats.map { mean($0.map(\.error)) })
        guard error > 0 else { return 0...0 }
        /// So many standard deviations lies the measured error above what is expected.
        func distance(_ scale: Double) -> Double {
            let parts = repeats.map { $0.map { $0.expected(scale) } }
            let variance = mean(parts.map { mean($0.map(\.variance)) / Double(max(1, $0.count)) })
            return (error - mean(parts.map { mean($0.map(\.mean)) })) / max(variance.squareRoot(), 1e-12)
        }
        /// The scale at which the distance, which falls, is `goal`.
        func scale(_ goal: Double) -> Double {
            guard distance(0) > goal else { return 0 }
            var (low, high) = (0.0, 1.0)
            while distance(high) > goal, high < 1e6 { (low, high) = (high, 2 * high) }
            for _ in 0..<50 {
                let middle = (low + high) / 2
                if distance(middle) > goal { low = middle } else { high = middle }
            }
            return high
        }
        return min(error, error * scale(1.96))...max(error, error * scale(-1.96))
    }
}
