import Foundation
import LeadModel

/// Rows that are another row again: of one lead that a join has doubled, or that was entered twice.
///
/// Two rows resemble each other if all their values are equal, except ids and dates, and their numbers differ by at most
/// 2 %. That counts only if their numbers can hardly agree by chance: among the rows whose other values are the same, fewer
/// than one in ten thousand would find an equal partner, or one in a thousand one so near, were the numbers independent of
/// each other. So plain records, of which there are many alike, are no duplicates; nor are any without numbers.
///
/// A row whose numbers are the same, and that ended alike, is a copy: it counts once. The others share a group: what has
/// learned from one of its rows is tested on none of them. Work and memory grow with the rows.
struct Duplicates {
    /// By row: the first row of its group.
    private(set) var group: [Int]
    /// Rising.
    private(set) var copies: [Int] = []
    /// Rows that resemble another without being its copy.
    private(set) var nearCount = 0

    /// Of the size of a number.
    fileprivate static let tolerance = 0.02
    private static let (leastOfNear, leastOfEqual) = (log(1e-3), log(1e-4))
    /// A row is compared with so many neighbours by size.
    private static let neighbours = 20

    init(_ columns: [Column], outcomes: [Bool]) {
        let count = outcomes.count
        group = Array(0..<count)
        let numbers = columns.filter { $0.kind == .number }
        let others = columns.filter { $0.kind != .number && $0.kind != .age && $0.kind != .crowd }
        // The number with the most values puts the rows of a key in order.
        guard let leading = numbers.max(by: { $0.different < $1.different }) else { return }
        let keys = Self.keys(others, numbers, count)
        let order = (0..<count).sorted { (keys[$0], $0) < (keys[$1], $1) }
        let shares = NumberShares(numbers, rows: count)
        var first = 0
        while first < count {
            var end = first + 1
            while end < count, keys[order[end]] == keys[order[first]] { end += 1 }
            if end - first > 1 {
                var rows = Array(order[first..<end])
                rows.sort { (leading.value($0), $0) < (leading.value($1), $1) }
                compare(rows, others, numbers, shares, outcomes)
            }
            first = end
        }
        copies.sort()
        for row in group.indices { group[row] = root(row) }
    }

    /// - Parameter rows: of one key, ordered by the leading number.
    private mutating func compare(
        _ rows: [Int], _ others: [Column], _ numbers: [Column], _ shares: NumberShares, _ outcomes: [Bool]
    ) {
        for (place, row) in rows.enumerated() {
            var (isNear, isCopy) = (false, false)
            for other in rows[max(0, place - Self.neighbours)..<place].reversed() {
                guard others.allSatisfy({ $0.isEqual(row, other) }),
                    numbers.allSatisfy({ Self.areNear($0.value(row), $0.value(other)) })
                else { continue }
                let isEqual = numbers.allSatisfy { $0.isEqual(row, other) }
                guard
                    shares.expected(row, among: rows.count, near: !isEqual)
                        < (isEqual ? Self.leastOfEqual : Self.leastOfNear)
                else {
                    continue
                }
                join(row, other)
                isNear = true
                if isEqual, outcomes[row] == outcomes[other] {
                    isCopy = true
                    break
                }
            }
            if isCopy { copies.append(row) } else if isNear { nearCount += 1 }
        }
    }

    private mutating func join(_ a: Int, _ b: Int) {
        let (a, b) = (root(a), root(b))
        group[max(a, b)] = min(a, b)
    }

    private mutating func root(_ row: Int) -> Int {
        var row = row
        while group[row] != row {
            group[row] = group[group[row]]
            row = group[row]
        }
        return row
    }

    private static func areNear(_ a: Double, _ b: Double) -> Bool {
        a == b || (a.isNaN && b.isNaN) || abs(a - b) <= tolerance * min(abs(a), abs(b))
    }

    /// By row: what is the same for all rows that could resemble each other.
    private static func keys(_ others: [Column], _ numbers: [Column], _ count: Int) -> [UInt64] {
        var keys = [UInt64](repeating: 0, count: count)
        func mix(_ row: Int, _ code: UInt64) {
            keys[row] = (keys[row] ^ code) &* 0x9E37_79B9_7F4A_7C15 &+ keys[row] >> 29
        }
        for column in others {
            for row in 0..<count {
                if column.kind == .list {
                    for code in column.entries(row) { mix(row, UInt64(code)) }
                    mix(row, 1 << 20)
                } else {
                    mix(row, UInt64(column.codes[row]))
                }
            }
        }
        for column in numbers { for row in 0..<count { mix(row, column.codes[row] == Column.missing ? 1 : 2) } }
        return keys
    }
}

/// How usual a row's numbers are.
private struct NumberShares {
    /// By code, the logarithm of the share of rows with a value that is near, and with the same; the last is that of missing
    /// values.
    private let numbers: [(column: Column, near: [Double], equal: [Double])]

    init(_ numbers: [Column], rows: Int) {
        let all = Array(0..<rows)
        func logShare(_ count: Int) -> Double { log(Double(max(1, count)) / Double(rows)) }
        self.numbers = numbers.map { column in
            let counts = column.counts(rows: all)
            let values = column.numbers.map(\.low)
            var logShares: [Double] = []
            var (low, high, within) = (0, 0, 0)
            // Values rise with the codes, so both ends of what is near move upwards; around 0 nearly nothing is near.
            for (code, value) in values.enumerated() {
                let reach = Duplicates.tolerance * abs(value)
                while high < values.count, values[high] <= value + reach {
                    within += counts[high]
                    high += 1
                }
                while low < code, values[low] < value - reach {
                    within -= counts[low]
                    low += 1
                }
                logShares.append(logShare(within))
            }
            let others = counts.dropFirst(values.count).map(logShare) + [logShare(rows - column.filled)]
            return (column, logShares + others, counts.prefix(values.count).map(logShare) + others)
        }
    }

    /// The logarithm of how many of so many rows would be near this one, or equal to it, by chance.
    func expected(_ row: Int, among count: Int, near: Bool) -> Double {
        numbers.reduce(log(Double(count))) { sum, number in
            let (code, shares) = (number.column.codes[row], near ? number.near : number.equal)
            return sum + (code == Column.missing ? shares[shares.count - 1] : shares[Int(code)])
        }
    }
}

extension Column {
    /// NaN where the row has no number.
    fileprivate func value(_ row: Int) -> Double {
        let code = Int(codes[row])
        return code < numbers.count ? numbers[code].low : .nan
    }

    fileprivate func isEqual(_ a: Int, _ b: Int) -> Bool {
        kind == .list ? entries(a).elementsEqual(entries(b)) : codes[a] == codes[b]
    }
}
