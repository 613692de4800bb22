/// A triple's table on its way into the scorecard.
struct TripleTable {
    /// Of the data, three, rising.
    var columns: [Int]
    /// By axis and bin of its column: the group.
    var groups: [[Int]]
    /// By axis.
    private(set) var sizes: [Int]
    /// By cell, in log-odds; the groups of the third axis run fastest.
    private(set) var points: [Double]
    /// Training records, likewise.
    private(set) var records: [Double]

    /// - Parameters:
    ///   - codes: by axis and row, the bin.
    ///   - points: of `groupings`, of which only the cells of used groups are taken.
    init(columns: [Int], groupings: [Grouping], codes: [[UInt16]], points all: [Double]) {
        self.columns = columns
        groups = groupings.map { $0.ofBin.map(Int.init) }
        let (counts, used) = (groupings.map(\.count), groupings.map(\.usedCount))
        (sizes, points) = (used, [])
        for first in 0..<used[0] {
            for second in 0..<used[1] {
                let start = (first * counts[1] + second) * counts[2]
                points += all[start..<start + used[2]]
            }
        }
        records = [Double](repeating: 0, count: points.count)
        for row in codes[0].indices {
            let cell = (0..<3).reduce(0) { $0 * sizes[$1] + groups[$1][Int(codes[$1][row])] }
            records[cell] += 1
        }
    }

    /// As `PairTable.strength`.
    var strength: Double {
        let all = records.reduce(0, +)
        let sum = zip(points, records).reduce(0.0) { $0 + $1.0 * $1.0 * $1.1 }
        return all > 0 ? (sum / all).squareRoot() : 0
    }

    /// Removes from the table what any two of the attributes explain without the third, which belongs into the table of
    /// that pair. Over the records, each line along an axis has mean 0 then; a line without records has 0 points
    /// (Lengerich et al. 2020).
    ///
    /// - Returns: by axis what was taken out along it: by the groups of the two other axes, in log-odds.
    mutating func purify() -> [[Double]] {
        let lines = (0..<3).map(TripleCells(sizes).lines)
        var parts = lines.map { [Double](repeating: 0, count: $0.count) }
        for _ in 0..<1000 {
            var largest = 0.0
            for axis in 0..<3 {
                for (place, line) in lines[axis].enumerated() {
                    let all = line.reduce(0.0) { $0 + records[$1] }
                    guard all > 0 else { continue }
                    let mean = line.reduce(0.0) { $0 + points[$1] * records[$1] } / all
                    for cell in line { points[cell] -= mean }
                    parts[axis][place] += mean
                    largest = max(largest, abs(mean))
                }
            }
            if largest < 1e-9 { break }
        }
        for line in lines.joined() where line.allSatisfy({ records[$0] == 0 }) {
            for cell in line { points[cell] = 0 }
        }
        return parts
    }

    /// Joins groups that hardly differ, as a pair's are joined.
    ///
    /// - Parameter ordered: by axis, how many of its first groups are in order.
    mutating func joinGroups(ordered: [Int], nearness: Double) {
        for axis in 0..<3 {
            let lines = TripleCells(sizes).lines(axis).map(Array.init)
            var table = PairTable(
                first: 0, second: 0, firstGroups: [], secondGroups: [],
                points: (0..<sizes[axis]).map { group in lines.map { points[$0[group]] } },
                records: (0..<sizes[axis]).map { group in lines.map { records[$0[group]] } })
            groups[axis] = table.joinRows(groups[axis], ordered: ordered[axis], nearness: nearness)
            sizes[axis] = table.points.count
            let joined = TripleCells(sizes)
            (points, records) = (
                [Double](repeating: 0, count: joined.count), [Double](repeating: 0, count: joined.count)
            )
            for (place, line) in joined.lines(axis).enumerated() {
                for (group, cell) in line.enumerated() {
                    points[cell] = table.points[group][place]
                    records[cell] = table.records[group][place]
                }
            }
        }
    }
}
