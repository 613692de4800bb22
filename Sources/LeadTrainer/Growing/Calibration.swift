import Foundation
import LeadModel

/// A line through the log-odds that makes probabilities right on the whole: calibrated = scale · log-odds + shift
/// (Platt 1999). Every share of a score takes the same scale, so a calibrated score adds up as before.
struct Calibration: Equatable {
    var scale = 1.0
    var shift = 0.0

    func callAsFunction(_ logOdds: Double) -> Double { scale * logOdds + shift }

    init(scale: Double = 1, shift: Double = 0) { (self.scale, self.shift) = (scale, shift) }

    /// This line, then another.
    func followed(by other: Calibration) -> Calibration {
        Calibration(scale: other.scale * scale, shift: other(shift))
    }

    /// Finds the line of least log loss by Newton's method. The log-odds must come from predictions that did not know
    /// the outcomes.
    ///
    /// - Parameter caution: pulls the line towards scale 1 and shift 0 as strongly as this number of records of even
    ///   chance would. It matters only if there are few records.
    init(logOdds: [Double], outcomes: [Bool], caution: Double = 20) {
        for _ in 0..<50 {
            let weight = caution / 4
            var gradient = (weight * (scale - 1), weight * shift)
            var hessian = (weight, 0.0, weight)
            for (x, y) in zip(logOdds, outcomes) {
                let p = logistic(scale * x + shift)
                let (error, curve) = (p - (y ? 1 : 0), p * (1 - p))
                gradient.0 += error * x
                gradient.1 += error
                hessian.0 += curve * x * x
                hessian.1 += curve * x
                hessian.2 += curve
            }
            let determinant = hessian.0 * hessian.2 - hessian.1 * hessian.1
            guard determinant > 1e-12 else { break }
            let change = (
                (hessian.2 * gradient.0 - hessian.1 * gradient.1) / determinant,
                (hessian.0 * gradient.1 - hessian.1 * gradient.0) / determinant
            )
            // Limited to one unit per step; from a good start, Newton's method needs less.
            scale = max(0.05, scale - min(1, max(-1, change.0)))
            shift -= min(1, max(-1, change.1))
            if abs(change.0) + abs(change.1) < 1e-10 { break }
        }
    }
}
