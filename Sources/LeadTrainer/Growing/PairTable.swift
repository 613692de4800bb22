/// A pair's table on its way into the scorecard: groups of bins by groups of bins.
struct PairTable {
    /// Columns of the data, the first before the second.
    var first: Int
    var second: Int
    /// By bin of that column: its group.
    var firstGroups: [Int]
    var secondGroups: [Int]
    /// By first and second group, in log-odds.
    var points: [[Double]]
    /// Training records, likewise.
    var records: [[Double]]

    /// How much it moves a score: the root of the mean square of its points over the records.
    var strength: Double {
        var (sum, all) = (0.0, 0.0)
        for (points, records) in zip(points, records) {
            for (point, count) in zip(points, records) {
                sum += point * point * count
                all += count
            }
        }
        return all > 0 ? (sum / all).squareRoot() : 0
    }
}

extension PairTable {
    /// Removes from the table what either attribute explains by itself, which belongs into that attribute's own
    /// table. The pair keeps only what neither explains alone: over the records, each row and each column has mean 0
    /// (Lengerich et al. 2020, "Purifying interaction effects").
    ///
    /// - Returns: by bin of either attribute what was taken out, in log-odds.
    mutating func purify() -> (first: [Double], second: [Double]) {
        var rowParts = [Double](repeating: 0, count: points.count)
        var columnParts = [Double](repeating: 0, count: points.first?.count ?? 0)
        for _ in 0..<1000 {
            var largest = 0.0
            for row in points.indices {
                let all = records[row].reduce(0, +)
                guard all > 0 else { continue }
                let mean = zip(points[row], records[row]).reduce(0.0) { $0 + $1.0 * $1.1 } / all
                for column in points[row].indices { points[row][column] -= mean }
                rowParts[row] += mean
                largest = max(largest, abs(mean))
            }
            for column in columnParts.indices {
                let all = records.reduce(0.0) { $0 + $1[column] }
                guard all > 0 else { continue }
                let mean = points.indices.reduce(0.0) { $0 + points[$1][column] * records[$1][column] } / all
                for row in points.indices { points[row][column] -= mean }
                columnParts[column] += mean
                largest = max(largest, abs(mean))
            }
            if largest < 1e-9 { break }
        }
        // A row or column without training records gets 0 points.
        for row in points.indices where records[row].allSatisfy({ $0 == 0 }) {
            for column in points[row].indices { points[row][column] = 0 }
        }
        for column in columnParts.indices where records.allSatisfy({ $0[column] == 0 }) {
            for row in points.indices { points[row][column] = 0 }
        }
        return (firstGroups.map { rowParts[$0] }, secondGroups.map { columnParts[$0] })
    }

    /// Joins groups that hardly differ, the nearest first, so that a person can read the table. Ordered groups are
    /// joined only with neighbours; of the others, any two can be joined.
    ///
    /// - Parameters:
    ///   - ordered: how many of the first groups are in order, of either attribute.
    ///   - nearness: in log-odds, the root of the mean square over the records.
    mutating func joinGroups(ordered: (first: Int, second: Int), nearness: Double) {
        firstGroups = joinRows(firstGroups, ordered: ordered.first, nearness: nearness)
        transpose()
        firstGroups = joinRows(firstGroups, ordered: ordered.second, nearness: nearness)
        transpose()
    }

    private mutating func transpose() {
        (firstGroups, secondGroups) = (secondGroups, firstGroups)
        let (rows, columns) = (points.count, points.first?.count ?? 0)
        points = (0..<columns).map { column in (0..<rows).map { points[$0][column] } }
        records = (0..<columns).map { column in (0..<rows).map { records[$0][column] } }
    }

    /// - Returns: by bin, its new group.
    mutating func joinRows(_ groups: [Int], ordered: Int, nearness: Double) -> [Int] {
        var (groups, ordered) = (groups, ordered)
        while true {
            var nearest: (distance: Double, a: Int, b: Int)?
            for a in points.indices {
                for b in (a + 1)..<max(a + 1, points.count) where a >= ordered || (b == a + 1 && b < ordered) {
                    let distance = distance(a, b)
                    if distance < nearest?.distance ?? nearness { nearest = (distance, a, b) }
                }
            }
            guard let (_, a, b) = nearest, points.count > 1 else { return groups }
            for column in points[a].indices {
                let (m, n) = (records[a][column], records[b][column])
                let mean = (points[a][column] * m + points[b][column] * n) / (m + n)
                points[a][column] = m + n > 0 ? mean : (points[a][column] + points[b][column]) / 2
                records[a][column] = m + n
            }
            points.remove(at: b)
            records.remove(at: b)
            if b < ordered { ordered -= 1 }
            groups = groups.map { $0 == b ? a : $0 > b ? $0 - 1 : $0 }
        }
    }

    /// Weighted by the smaller record count of the two cells, so that cells with few records keep nothing separate.
    private func distance(_ a: Int, _ b: Int) -> Double {
        var (sum, all) = (0.0, 0.0)
        for column in points[a].indices {
            let weight = min(records[a][column], records[b][column])
            let difference = points[a][column] - points[b][column]
            sum += weight * difference * difference
            all += weight
        }
        return all > 0 ? (sum / all).squareRoot() : .infinity
    }
}
