import Foundation
import LeadModel

/// A number's bins: values that many records have get one of their own, the others share bins of about equal size.
struct NumberBins {
    /// Rising; the roundest numbers that part the bins, so that they are nobody's own values and read well.
    private(set) var edges: [Double] = []
    private(set) var labels: [String] = []
    /// Whether all values are whole numbers.
    private(set) var isWhole = false

    private struct Point {
        var numbers: Column.Numbers
        var count: Int
        var isSingle: Bool { numbers.low == numbers.high }
    }

    /// A run of points, by index.
    private struct Run {
        var points: Range<Int>
        var count: Int
    }

    init(_ column: Column, counts: [Int], most: Int, least: Int) {
        var points: [Point] = []
        for (numbers, count) in zip(column.numbers, counts) where count > 0 {
            points.append(Point(numbers: numbers, count: count))
        }
        let runs = Self.runs(points, most: most, least: least)
        for (former, latter) in zip(runs, runs.dropFirst()) {
            let (below, above) = (points[former.points.upperBound - 1], points[latter.points.lowerBound])
            // A number that few records have must not become an edge. The exception is the next whole number: after
            // 2, an edge at 3 reveals nothing about anyone.
            let (low, high) = (below.numbers.high, above.numbers.low)
            let isCommon = (above.isSingle && above.count >= least) || (high == low + 1 && abs(high) < 1000)
            let age = column.kind == .age ? AgeLabels.roundest(above: low, to: high) : nil
            edges.append(age ?? Self.roundest(above: low, to: high, including: isCommon))
        }
        isWhole = column.isWhole && points.allSatisfy { abs($0.numbers.low) < 1e15 && abs($0.numbers.high) < 1e15 }
        let singles = runs.map { run in
            let first = points[run.points.lowerBound]
            return run.points.count == 1 && run.count >= least && first.isSingle ? first.numbers.low : nil
        }
        // Ratings and flags: between and beyond their values there is nothing.
        let isDiscrete = singles.count <= 50 && singles.allSatisfy { $0 != nil }
        labels = runs.indices.map { index in
            if column.kind != .age, isDiscrete, let single = singles[index] { return JSONNumber.shortest(single) }
            return Self.label(
                index, edges: edges, single: singles[index], isWhole: isWhole, isAge: column.kind == .age)
        }
        if runs.isEmpty { labels = [Self.label(0, edges: [], isWhole: isWhole, isAge: column.kind == .age)] }
    }

    func bin(of number: Double) -> Int {
        var (low, high) = (0, edges.count)
        while low < high {
            let middle = (low + high) / 2
            if edges[middle] > number { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Cuts the points into at most about `most` runs of at least `least` records.
    private static func runs(_ points: [Point], most: Int, least: Int) -> [Run] {
        let total = points.reduce(0) { $0 + $1.count }
        let share = max(least, (total + most - 1) / most)
        var runs: [Run] = []
        var open = Run(points: 0..<0, count: 0)
        for (index, point) in points.enumerated() {
            if point.count >= share {
                if open.count > 0 { runs.append(open) }
                runs.append(Run(points: index..<index + 1, count: point.count))
                open = Run(points: index + 1..<index + 1, count: 0)
            } else {
                open = Run(points: open.points.lowerBound..<index + 1, count: open.count + point.count)
                if open.count >= share {
                    runs.append(open)
                    open = Run(points: index + 1..<index + 1, count: 0)
                }
            }
        }
        if open.count > 0 { runs.append(open) }
        // What is too small joins the smaller neighbour.
        while runs.count > 1, let small = runs.firstIndex(where: { $0.count < least }) {
            let before = small > 0 ? runs[small - 1].count : Int.max
            let after = small + 1 < runs.count ? runs[small + 1].count : Int.max
            let first = before <= after ? small - 1 : small
            let (a, b) = (runs[first], runs[first + 1])
            let joined = Run(points: a.points.lowerBound..<b.points.upperBound, count: a.count + b.count)
            runs.replaceSubrange(first...first + 1, with: [joined])
        }
        return runs
    }

    /// The number of fewest decimal digits above `low` and below `high`, or up to it; the least of those.
    private static func roundest(above low: Double, to high: Double, including: Bool) -> Double {
        var unit = pow(10, (log10(max(abs(low), abs(high))) + 1).rounded(.down))
        for _ in 0..<20 {
            for part in [1.0, 2, 10] {
                // Dividing by a power of ten gives the decimal itself; multiplying by a tenth would not.
                let scaled = unit / part
                let candidate =
                    scaled >= 1
                    ? ((low / scaled).rounded(.down) + 1) * scaled
                    : ((low * (1 / scaled).rounded()).rounded(.down) + 1) / (1 / scaled).rounded()
                if candidate > low, candidate < high || (including && candidate == high) { return candidate }
            }
            unit /= 10
        }
        // Halved first: the difference of the largest numbers is none.
        let middle = low / 2 + high / 2
        return middle > low ? middle : high
    }

    /// What a person reads of a bin: "3 to 7", "under 3", "7 and more".
    ///
    /// - Parameter single: the only value that fell into it.
    static func label(_ bin: Int, edges: [Double], single: Double? = nil, isWhole: Bool, isAge: Bool) -> String {
        if isAge { return AgeLabels.label(bin, edges: edges) }
        let text = JSONNumber.shortest
        guard !edges.isEmpty else { return single.map(text) ?? "any number" }
        // An edge between two whole numbers is no number that a record can have.
        let edges = isWhole ? edges.map { $0.rounded(.up) } : edges
        if bin == edges.count { return "\(text(edges[bin - 1])) and more" }
        guard bin > 0 else { return single == 0 ? "0" : "under \(text(edges[0]))" }
        let (low, high) = (edges[bin - 1], edges[bin])
        // Its name only where next to nothing else can fall into its bin.
        if let single, high - low <= abs(single) / 8 { return text(single) }
        guard isWhole else { return "\(text(low)) to \(text(high))" }
        return high - low <= 1 ? text(low) : "\(text(low)) to \(text(high - 1))"
    }
}
