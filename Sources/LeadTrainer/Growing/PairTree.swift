/// One step of a pair's table: a tree of four leaves. It cuts along one attribute, then each side separately along
/// the other (the trees of Lou et al. 2013). The leaves are the regularised Newton leaves of `Leaves`.
struct PairTree: Sendable {
    let ridge: Double
    let step: Double
    /// The least H of a leaf.
    var least = 1.0

    private typealias Sums = UnsafeMutableBufferPointer<SIMD2<Double>>

    /// Groups split in two.
    private struct Cut {
        var gain: Double
        /// The groups on the first side, as bits.
        var mask: UInt64
        var first: SIMD2<Double>
        var second: SIMD2<Double>
    }

    private struct Tree {
        var gain: Double
        var isFirstOuter: Bool
        /// The outer groups that `inside` covers, as bits.
        var mask: UInt64
        var inside, outside: Cut
    }

    /// - Parameters:
    ///   - change: by cell, in log-odds; is filled.
    ///   - sums: G and H by cell, the second attribute's groups running fastest.
    /// - Returns: what the tree gains over one leaf for all, in units of twice the log-likelihood; 0 if there is none.
    @discardableResult
    func fill(_ change: inout [Double], sums: [SIMD2<Double>], _ first: Grouping, _ second: Grouping) -> Double {
        guard let tree = best(sums, first, second) else {
            for cell in 0..<first.count * second.count { change[cell] = 0 }
            return 0
        }
        let leaves = [tree.inside.first, tree.inside.second, tree.outside.first, tree.outside.second].map(value)
        var all = SIMD2<Double>.zero
        for row in 0..<first.count {
            for column in 0..<second.count {
                let (outer, inner) = tree.isFirstOuter ? (row, column) : (column, row)
                let isInside = tree.mask >> UInt64(outer) & 1 == 1
                let isFirst = (isInside ? tree.inside : tree.outside).mask >> UInt64(inner) & 1 == 1
                let cell = row * second.count + column
                change[cell] = leaves[(isInside ? 0 : 2) + (isFirst ? 0 : 1)]
                all += sums[cell]
            }
        }
        return max(0, tree.gain - gain(all))
    }

    /// The best tree with either attribute as the outer one; the first of equal ones.
    private func best(_ sums: [SIMD2<Double>], _ first: Grouping, _ second: Grouping) -> Tree? {
        var best: Tree?
        withUnsafeTemporaryAllocation(of: SIMD2<Double>.self, capacity: 3 * Grouping.limit) { room in
            let total = Sums(rebasing: room[..<Grouping.limit])
            let inside = Sums(rebasing: room[Grouping.limit..<2 * Grouping.limit])
            let outside = Sums(rebasing: room[(2 * Grouping.limit)...])
            for isFirstOuter in [true, false] {
                let (outer, inner) = isFirstOuter ? (first, second) : (second, first)
                let (outerStep, innerStep) = isFirstOuter ? (second.count, 1) : (1, second.count)
                func add(_ group: Int, to row: Sums) {
                    for place in 0..<inner.count { row[place] += sums[group * outerStep + place * innerStep] }
                }
                func consider(_ mask: UInt64) {
                    for place in 0..<inner.count { outside[place] = total[place] - inside[place] }
                    guard let within = cut(inside, inner), let without = cut(outside, inner) else { return }
                    let gain = within.gain + without.gain
                    guard gain > best?.gain ?? 0 else { return }
                    best = Tree(gain: gain, isFirstOuter: isFirstOuter, mask: mask, inside: within, outside: without)
                }
                room.update(repeating: .zero)
                for group in 0..<outer.count { add(group, to: total) }
                var mask: UInt64 = 0
                for group in 0..<outer.orderedCount {
                    mask |= 1 << UInt64(group)
                    add(group, to: inside)
                    consider(mask)
                }
                for group in outer.orderedCount..<outer.count {
                    inside.update(repeating: .zero)
                    add(group, to: inside)
                    consider(1 << UInt64(group))
                }
            }
        }
        return best
    }

    /// The best cut of the groups in two. If no cut leaves enough on both sides, all groups are on the first side.
    private func cut(_ sums: Sums, _ groups: Grouping) -> Cut? {
        var all = SIMD2<Double>.zero
        for group in 0..<groups.count { all += sums[group] }
        guard all.y >= least else { return nil }
        var best = Cut(gain: gain(all), mask: ~0, first: all, second: .zero)
        var (left, mask) = (SIMD2<Double>.zero, UInt64(0))
        func take(_ group: Int) {
            left += sums[group]
            mask |= 1 << UInt64(group)
            let right = all - left
            guard left.y >= least, right.y >= least else { return }
            let gained = gain(left) + gain(right)
            if gained > best.gain { best = Cut(gain: gained, mask: mask, first: left, second: right) }
        }
        for group in 0..<groups.orderedCount { take(group) }
        (left, mask) = (.zero, 0)
        // The unordered groups are sorted by slope, which finds the best split of a category in two (Fisher 1958).
        withUnsafeTemporaryAllocation(of: (slope: Double, group: Int).self, capacity: Grouping.limit) { order in
            var count = 0
            for group in groups.orderedCount..<groups.count where sums[group].y > 0 {
                let slope = sums[group].x / (sums[group].y + ridge)
                var place = count
                while place > 0, order[place - 1].slope > slope {
                    order[place] = order[place - 1]
                    place -= 1
                }
                order[place] = (slope, group)
                count += 1
            }
            for place in 0..<count { take(order[place].group) }
        }
        return best
    }

    private func value(_ sum: SIMD2<Double>) -> Double { sum.y > 0 ? -step * sum.x / (sum.y + ridge) : 0 }

    func gain(_ sum: SIMD2<Double>) -> Double { sum.y > 0 ? sum.x * sum.x / (sum.y + ridge) : 0 }
}
