/// One step of a triple's table: a tree of eight leaves. It cuts along one attribute, then each side has a pair's tree of
/// the other two.
struct TripleTree: Sendable {
    let pair: PairTree

    /// - Parameters:
    ///   - change: by cell, in log-odds; is filled.
    ///   - sums: G and H by cell, the third attribute's groups running fastest.
    /// - Returns: what the tree gains over one leaf for all, in units of twice the log-likelihood; 0 if there is none.
    func fill(_ change: inout [Double], sums: [SIMD2<Double>], _ groupings: [Grouping]) -> Double {
        let cells = TripleCells(groupings)
        var all = SIMD2<Double>.zero
        for cell in 0..<cells.count { all += sums[cell] }
        var best: (gain: Double, axis: Int, mask: UInt64) = (pair.gain(all), 0, 0)
        for axis in 0..<3 {
            let sides = Sides(sums, groupings, steps: cells.steps, axis: axis)
            for mask in sides.masks {
                let gain = sides.gain(mask, pair)
                if gain > best.gain { best = (gain, axis, mask) }
            }
        }
        guard best.mask != 0 else {
            for cell in 0..<cells.count { change[cell] = 0 }
            return 0
        }
        Sides(sums, groupings, steps: cells.steps, axis: best.axis).fill(&change, best.mask, pair)
        return best.gain - pair.gain(all)
    }

    /// The two sides of a cut along one axis, each a table of the other two attributes.
    private struct Sides {
        let sums: [SIMD2<Double>]
        let outer, first, second: Grouping
        /// How far apart in `sums` neighbouring groups of an axis are.
        let outerStep, firstStep, secondStep: Int

        init(_ sums: [SIMD2<Double>], _ groupings: [Grouping], steps: [Int], axis: Int) {
            let others = [0, 1, 2].filter { $0 != axis }
            self.sums = sums
            (outer, first, second) = (groupings[axis], groupings[others[0]], groupings[others[1]])
            (outerStep, firstStep, secondStep) = (steps[axis], steps[others[0]], steps[others[1]])
        }

        /// The cuts that are tried: the outer groups on the inner side, as bits.
        var masks: [UInt64] {
            let ordered = (0..<outer.orderedCount).map { (UInt64(2) << UInt64($0)) - 1 }
            return ordered + (outer.orderedCount..<outer.count).map { UInt64(1) << UInt64($0) }
        }

        private func table(_ mask: UInt64, isInside: Bool) -> [SIMD2<Double>] {
            var table = [SIMD2<Double>](repeating: .zero, count: first.count * second.count)
            for group in 0..<outer.count where (mask >> UInt64(group) & 1 == 1) == isInside {
                for row in 0..<first.count {
                    for column in 0..<second.count {
                        table[row * second.count + column] +=
                            sums[group * outerStep + row * firstStep + column * secondStep]
                    }
                }
            }
            return table
        }

        /// The gain of both sides' trees; 0 if a side has too little for a leaf.
        func gain(_ mask: UInt64, _ tree: PairTree) -> Double {
            var change = [Double](repeating: 0, count: first.count * second.count)
            var gain = 0.0
            for isInside in [true, false] {
                let sums = table(mask, isInside: isInside)
                let all = sums.reduce(.zero, +)
                guard all.y >= tree.least else { return 0 }
                gain += tree.fill(&change, sums: sums, first, second) + tree.gain(all)
            }
            return gain
        }

        func fill(_ change: inout [Double], _ mask: UInt64, _ tree: PairTree) {
            for isInside in [true, false] {
                var leaves = [Double](repeating: 0, count: first.count * second.count)
                tree.fill(&leaves, sums: table(mask, isInside: isInside), first, second)
                for group in 0..<outer.count where (mask >> UInt64(group) & 1 == 1) == isInside {
                    for row in 0..<first.count {
                        for column in 0..<second.count {
                            change[group * outerStep + row * firstStep + column * secondStep] =
                                leaves[row * second.count + column]
                        }
                    }
                }
            }
        }
    }
}
