import Foundation
import LeadModel

/// Values that go with one outcome only: the attribute is filled in for hardly anybody but the qualified, or one value is
/// given to them alone.
///
/// By chance alone, `n` records would all have an outcome that a share of `s` has with the probability sⁿ. Multiplied by
/// the number of groups that are looked at, it may be 1 % at most. A rare value that happens to have one outcome is not
/// as improbable. But honest values can be close to one outcome too, so a single value also needs 20 records, nearly 5 % of
/// the records of that outcome, and to be improbable (1.5 %) even for a value with four times the odds. That an attribute
/// has a value at all is never as honest: five records are enough.
///
/// A number is compared with its neighbours: above a certain amount all may be qualified, and honestly so. A number that
/// stands for something else, such as −1, differs from both.
struct OneOutcome: Equatable {
    enum Place: Equatable {
        /// The records that have a value; the records without one; the records with one value.
        case filled, empty, value
    }

    var place: Place
    var records: Int
    var positives: Int

    /// The most improbable group; nil if none is too improbable.
    ///
    /// - Parameters:
    ///   - bins: positives and records, by bin.
    ///   - orderedCount: how many of the first bins are a number's.
    ///   - singles: by bin of a number, whether it has one value only.
    ///   - columns: how many attributes are looked at.
    init?(bins: [SIMD2<Double>], orderedCount: Int, singles: [Bool], missingBin: Int?, columns: Int) {
        let all = bins.reduce(.zero, +)
        guard all.x > 0, all.x < all.y else { return nil }
        let share = all.x / all.y
        var best: (chance: Double, found: Self)?
        let tested = bins.indices.count { bins[$0].y > 0 && ($0 >= orderedCount || singles[$0]) }

        func test(_ place: Place, _ group: SIMD2<Double>, near: SIMD2<Double> = .zero, tests: Int) {
            let isPositive = group.x * 2 > group.y
            let ofOutcome = isPositive ? group.x : group.y - group.x
            var share = isPositive ? share : 1 - share
            if near.y > 0 {
                let nearOfOutcome = isPositive ? near.x : near.y - near.x
                share = max(share, (nearOfOutcome + 0.5) / (near.y + 1))
            }
            let others = group.y - ofOutcome
            if place == .filled {
                guard group.y >= 5, others * 100 <= group.y else { return }
            } else {
                let sum = isPositive ? all.x : all.y - all.x
                guard group.y >= 20, others * 200 <= group.y, ofOutcome >= 0.045 * sum else { return }
                let honest = 4 * share / (1 + 3 * share)
                guard Self.chance(atMost: Int(others), of: Int(group.y), share: honest) <= 0.015 else { return }
            }
            let chance = Self.chance(atMost: Int(others), of: Int(group.y), share: share) * Double(columns * tests)
            guard chance <= 0.01, chance < best?.chance ?? 1 else { return }
            best = (chance, Self(place: place, records: Int(group.y), positives: Int(group.x)))
        }

        if let missingBin { test(.filled, all - bins[missingBin], tests: 1) }
        for bin in bins.indices where bins[bin].y > 0 {
            if bin < orderedCount {
                guard singles[bin] else { continue }
                test(.value, bins[bin], near: Self.neighbours(of: bin, bins[..<orderedCount]), tests: tested)
            } else {
                test(bin == missingBin ? .empty : .value, bins[bin], tests: tested)
            }
        }
        guard let best else { return nil }
        self = best.found
    }

    private init(place: Place, records: Int, positives: Int) {
        (self.place, self.records, self.positives) = (place, records, positives)
    }

    /// The next bins below and above, up to 50 records each.
    private static func neighbours(of bin: Int, _ bins: ArraySlice<SIMD2<Double>>) -> SIMD2<Double> {
        var sum = SIMD2<Double>.zero
        for step in [-1, 1] {
            var (next, side) = (bin + step, SIMD2<Double>.zero)
            while bins.indices.contains(next), side.y < 50 { (side, next) = (side + bins[next], next + step) }
            sum += side
        }
        return sum
    }

    /// The probability that at most `others` of `count` records have the other outcome, if a share has this one.
    static func chance(atMost others: Int, of count: Int, share: Double) -> Double {
        guard share > 0, share < 1 else { return 1 }
        var term = Double(count) * log(share)
        var sum = exp(term)
        for other in 0..<min(others, count) {
            term += log(Double(count - other) / Double(other + 1)) + log((1 - share) / share)
            sum += exp(term)
        }
        return min(1, sum)
    }

    func words(_ entity: Entity) -> String {
        let isPositive = positives * 2 > records
        let outcome = (isPositive ? entity.outcomes.positive : entity.outcomes.negative).rawValue
        let count = isPositive ? positives : records - positives
        let what =
            switch place {
            case .filled: "is filled in"
            case .empty: "is empty"
            case .value: "has a value that occurs"
            }
        let among = count == records ? "all of them" : "\(count.grouped) of them"
        return "\(what) for \(records.grouped) \(entity.plural), \(among) \(outcome)"
    }
}
