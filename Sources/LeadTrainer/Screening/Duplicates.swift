import Foundation
import LeadModel

/// Rows that are another row again: of one lead that a join has doubled, or that was entered twice.
///
/// Two rows resemble each other if all their values are equal, except ids and dates, and their numbers differ by at most
/// 2 %. That is a duplicate only if it can't well be chance: were the attributes independent of each other, fewer than one
/// row in a million would find such a partner. So plain records, of which there are many alike, are no duplicates.
///
/// A row whose numbers are the same too, and that ended alike, is a copy: it counts once. The others share a group, whose
/// rows are drawn for the same bags and lie in one fold of an evaluation. Work and memory grow with the rows.
struct Duplicates {
    /// By row: the first row of its group.
    private(set) var group: [Int]
    /// Rising.
    private(set) var copies: [Int] = []
    /// Rows that resemble another without being its copy.
    private(set) var nearCount = 0

    private static let tolerance = 0.02
    private static let leastSurprise = log(1e-6)
    /// A row is compared with so many neighbours by size.
    private static let neighbours = 20

    init(_ columns: [Column], outcomes: [Bool]) {
        let count = outcomes.count
        group = Array(0..<count)
        let numbers = columns.filter { $0.kind == .number }
        let others = columns.filter { $0.kind != .number && $0.kind != .age && $0.kind != .crowd }
        guard !numbers.isEmpty || !others.isEmpty else { return }
        let keys = Self.keys(others, numbers, count)
        let order = (0..<count).sorted { (keys[$0], $0) < (keys[$1], $1) }
        let shares = Shares(others, numbers, rows: count)
        // The number that tells rows apart best puts the rows of a key in order.
        let leading = numbers.max { $0.different < $1.different }
        var first = 0
        while first < count {
            var end = first + 1
            while end < count, keys[order[end]] == keys[order[first]] { end += 1 }
            if end - first > 1 {
                var rows = Array(order[first..<end])
                if let leading { rows.sort { (leading.value($0), $0) < (leading.value($1), $1) } }
                compare(rows, others, numbers, shares, outcomes)
            }
            first = end
        }
        copies.sort()
    }

    /// - Parameter rows: of one key, ordered by the leading number.
    private mutating func compare(
        _ rows: [Int], _ others: [Column], _ numbers: [Column], _ shares: Shares, _ outcomes: [Bool]
    ) {
        for (place, row) in rows.enumerated() {
            var (isNear, isCopy) = (false, false)
            for other in rows[max(0, place - Self.neighbours)..<place].reversed() {
                guard others.allSatisfy({ $0.isEqual(row, other) }),
                    numbers.allSatisfy({ Self.areNear($0.value(row), $0.value(other)) }),
                    shares.surprise(row) < Self.leastSurprise
                else { continue }
                join(row, other)
                isNear = true
                if outcomes[row] == outcomes[other], numbers.allSatisfy({ $0.isEqual(row, other) }) {
                    isCopy = true
                    break
                }
            }
            if isCopy { copies.append(row) } else if isNear { nearCount += 1 }
        }
    }

    private mutating func join(_ a: Int, _ b: Int) {
        let (a, b) = (root(a), root(b))
        if a != b { group[max(a, b)] = min(a, b) }
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

    /// By row, the first row of its group.
    mutating func settled() -> [Int] {
        for row in group.indices { group[row] = root(row) }
        return group
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

/// How usual a row's values are.
private struct Shares {
    private let others: [(column: Column, logShares: [Double])]
    private let numbers: [(column: Column, logShares: [Double])]
    private let rows: Int

    init(_ others: [Column], _ numbers: [Column], rows: Int) {
        self.rows = rows
        let all = Array(0..<rows)
        func logShare(_ count: Int) -> Double { log(Double(max(1, count)) / Double(rows)) }
        self.others = others.map { column in
            let counts = column.counts(rows: all)
            // The last is that of missing values.
            return (column, (counts + [rows - column.filled]).map(logShare))
        }
        self.numbers = numbers.map { column in
            let counts = column.counts(rows: all)
            let values = column.numbers.map(\.low)
            var logShares: [Double] = []
            var (low, high, within) = (0, 0, 0)
            // Values rise with the codes, so both ends of what is near move upwards; around 0 nearly nothing is near.
            for (code, value) in values.enumerated() {
                let reach = 0.02 * abs(value)
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
            logShares += counts.dropFirst(values.count).map(logShare)
            return (column, logShares + [logShare(rows - column.filled)])
        }
    }

    /// The logarithm of how many other rows would resemble this one by chance.
    func surprise(_ row: Int) -> Double {
        var sum = log(Double(rows))
        for (column, shares) in others + numbers {
            if column.kind == .list {
                let entries = column.entries(row)
                sum += entries.isEmpty ? shares[shares.count - 1] : entries.reduce(0) { $0 + shares[Int($1)] }
            } else {
                let code = column.codes[row]
                sum += code == Column.missing ? shares[shares.count - 1] : shares[Int(code)]
            }
        }
        return sum
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
