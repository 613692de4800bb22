/// Neighbouring bins of a number whose points hardly differ, made one: fewer bins, each with more records behind it, for a
/// person to read.
struct JoinedBins {
    /// The former bins that each ordered bin is made of.
    private(set) var runs: [Range<Int>]
    /// By new bin, the unordered ones at the end: the mean of the points over the records.
    private(set) var points: [Double]

    /// Points in log-odds that are nearer than this are as good as equal: about a point of a hundred in a score.
    static let nearness = 0.05

    private struct Run {
        var bins: Range<Int>
        var weight: Double
        var points: Double
    }

    /// - Parameters:
    ///   - counts: the records in each bin.
    ///   - orderedCount: how many of the first bins are in order of size.
    ///   - isSeparate: whether a bin must not be joined to the next, because some pair's table distinguishes them.
    init(points: [Double], counts: [Int], orderedCount: Int, isSeparate: (Int) -> Bool) {
        var runs = (0..<orderedCount).map { bin in
            Run(bins: bin..<bin + 1, weight: Double(counts[bin]), points: points[bin])
        }
        func gap(_ place: Int) -> Double {
            isSeparate(runs[place].bins.upperBound - 1) ? .infinity : abs(runs[place].points - runs[place + 1].points)
        }
        // The nearest two first, so that what differs stays apart.
        while let nearest = runs.indices.dropLast().min(by: { gap($0) < gap($1) }), gap(nearest) < Self.nearness {
            let (a, b) = (runs[nearest], runs[nearest + 1])
            let weight = a.weight + b.weight
            let mean = weight > 0 ? (a.points * a.weight + b.points * b.weight) / weight : a.points
            let joined = Run(bins: a.bins.lowerBound..<b.bins.upperBound, weight: weight, points: mean)
            runs.replaceSubrange(nearest...nearest + 1, with: [joined])
        }
        self.runs = runs.map(\.bins)
        self.points = runs.map(\.points) + points.dropFirst(orderedCount)
    }
}
