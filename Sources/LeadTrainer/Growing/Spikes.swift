/// Single values of a number that behave unlike their neighbours, like the round amounts that people type if they
/// don't know the real one. With two leaves per step, separating each value would take thousands of steps.
///
/// Spikes exist if the bins of a leaf scatter about its rate more than chance explains. The variance between bins is
/// estimated as in a random-effects model (DerSimonian, Laird 1986). Each bin gets its own deviation, shrunk by that
/// variance. Without spikes, nothing is added.
struct Spikes: Sendable {
    /// In the first passes, only the leaves learn, because smooth differences would be taken for scatter.
    static let patience = 20
    /// 1 / variance between bins: what a bin's H is weighed against. Infinite: no spikes.
    private var ridge = Double.infinity
    var areFound: Bool { ridge < .infinity }
    private var passes = 0
    /// The variance of G by chance is 2 H: once for the outcomes, once for drawing rows with replacement.
    private let noise = 2.0
    private let leastRidge = 20.0

    mutating func add(to change: inout [Double], sums: [SIMD2<Double>], leaves: [Range<Int>], step: Double) {
        passes += 1
        guard passes >= Self.patience else { return }
        var (scatter, all, squares, filled) = (0.0, 0.0, 0.0, 0)
        for bins in leaves {
            let rate = Self.rate(sums, bins)
            for bin in bins where sums[bin].y > 0 {
                let own = sums[bin].x - rate * sums[bin].y
                scatter += own * own / sums[bin].y
                all += sums[bin].y
                squares += sums[bin].y * sums[bin].y
                filled += 1
            }
        }
        let byChance = noise * Double(filled - leaves.count)
        let excess = scatter - byChance
        // The threshold is three standard deviations of the scatter by chance (chi-squared). Spikes stay found,
        // because learning them reduces the scatter that is left.
        if excess > 3 * (2 * noise * byChance).squareRoot() {
            ridge = min(ridge, max(leastRidge, (all - squares / all) / excess))
        }
        guard areFound else { return }
        for bins in leaves {
            let rate = Self.rate(sums, bins)
            for bin in bins {
                let own = sums[bin].x - rate * sums[bin].y
                change[bin] -= step * own / (sums[bin].y + ridge)
            }
        }
    }

    private static func rate(_ sums: [SIMD2<Double>], _ bins: Range<Int>) -> Double {
        let sum = total(sums, bins)
        return sum.y > 0 ? sum.x / sum.y : 0
    }
}
