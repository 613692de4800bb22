import LeadModel

/// Attributes that say the same: copies of each other, and those whose values map one to one, such as countries and their
/// codes. One is kept:
/// - a field of the record itself (`CoreAttribute`);
/// - else one that is sensitive by its name, so that a warning names it;
/// - else the one that more records have;
/// - of those, a text rather than a number, and the longer text ("Germany", not "DE");
/// - else the first by name.
///
/// Each attribute's values are numbered in the order in which they come, so that twins have one sequence of numbers, and
/// one hash. Only attributes of one hash are compared: the time grows with the attributes, not with their pairs. Where
/// some records lack one of the twins, the hashes of two dozen rows agree; 5 % may lack it.
///
/// Numbers and dates are also twins if they have the same order, as an amount in two currencies has.
struct Twins {
    struct Twin {
        var left: Int
        var kept: Int
        var isCopy: Bool
    }

    /// By the attribute that is left out.
    private(set) var twins: [Twin] = []

    private static let samples = 16
    private static let rowsOfSample = 24

    init(_ columns: [Column]) {
        let rows = columns.lazy.filter { $0.kind != .list }.map(\.codes.count).max() ?? 0
        var random = SplitMix64(seed: 5)
        let samples = (0..<Self.samples).map { _ in
            (0..<Self.rowsOfSample).map { _ in rows > 0 ? random.index(below: rows) : 0 }
        }
        // By attribute: the first of its group so far.
        var group = Array(columns.indices)
        var first: [UInt64: Int] = [:]
        for place in columns.indices {
            for hash in Self.hashes(columns[place], samples) {
                guard let known = first[hash] else {
                    first[hash] = place
                    continue
                }
                if group[place] == place, group[known] != place, columns[known].isTwin(of: columns[place]) {
                    group[place] = group[known]
                }
            }
        }
        for members in Dictionary(grouping: columns.indices, by: { group[$0] }).values where members.count > 1 {
            guard let kept = members.min(by: { columns[$0].isPreferred(to: columns[$1]) }) else { continue }
            for left in members where left != kept {
                twins.append(Twin(left: left, kept: kept, isCopy: columns[left].isCopy(of: columns[kept])))
            }
        }
        twins.sort { $0.left < $1.left }
    }

    private static func hashes(_ column: Column, _ samples: [[Int]]) -> [UInt64] {
        guard column.kind != .crowd, column.different > 1 else { return [] }
        let codes = column.kind == .list ? column.entryCodes : column.codes
        let seed: UInt64 = column.kind == .list ? 2 : 0
        let isOrdered = column.isOrderedByCode
        let repeats = column.different * 2 <= column.filled
        var hashes: [UInt64] = []
        if repeats { hashes.append(hash(codes, column.codeCount, seed)) }
        if isOrdered { hashes.append(hash(ordered: codes, column.codeCount, seed + 1)) }
        guard column.kind != .list else { return hashes }
        for (number, rows) in samples.enumerated() where rows.allSatisfy({ $0 < codes.count }) {
            let sampled = rows.map { codes[$0] }
            // Of rows that are nearly all alike, a hash says nothing.
            let most = Dictionary(grouping: sampled) { $0 }.values.map(\.count).max() ?? 0
            guard sampled.count - most >= 8 else { continue }
            let seed = UInt64(10 + 2 * number)
            if repeats { hashes.append(hash(sampled, column.codeCount, seed)) }
            if isOrdered { hashes.append(hash(ordered: sampled, column.codeCount, seed + 1)) }
        }
        return hashes
    }

    /// Of the codes, numbered in the order in which they come.
    private static func hash(_ codes: [UInt16], _ count: Int, _ seed: UInt64) -> UInt64 {
        var (numbers, next) = ([UInt32](repeating: 0, count: count), UInt32(1))
        var hash = seed
        for code in codes {
            if code != Column.missing, numbers[Int(code)] == 0 { (numbers[Int(code)], next) = (next, next + 1) }
            hash = mixed(hash, UInt64(code == Column.missing ? 0 : numbers[Int(code)]))
        }
        return hash
    }

    /// Of the codes' ranks, which are turned around if the second of them would be below the first.
    private static func hash(ordered codes: [UInt16], _ count: Int, _ seed: UInt64) -> UInt64 {
        let distinct = Set(codes).subtracting([Column.missing]).sorted()
        var ranks = [UInt32](repeating: 0, count: count)
        let filled = codes.lazy.filter { $0 != Column.missing }
        let isFalling = filled.first.flatMap { first in filled.first { $0 != first }.map { $0 < first } } ?? false
        for (rank, code) in distinct.enumerated() {
            ranks[Int(code)] = UInt32(isFalling ? distinct.count - rank : rank + 1)
        }
        return codes.reduce(seed) { mixed($0, UInt64($1 == Column.missing ? 0 : ranks[Int($1)])) }
    }

    private static func mixed(_ hash: UInt64, _ number: UInt64) -> UInt64 {
        var mixed = (hash ^ number) &* 0x9e37_79b9_7f4a_7c15
        mixed ^= mixed >> 29
        return mixed &* 0xbf58_476d_1ce4_e5b9
    }
}

extension Column {
    /// Whether its codes rise with its values: a number or date without texts.
    fileprivate var isOrderedByCode: Bool { (kind == .number || kind == .age) && texts.isEmpty && !numbers.isEmpty }

    fileprivate func isTwin(of other: Column) -> Bool {
        guard (kind == .list) == (other.kind == .list) else { return false }
        if kind == .list, entryStarts != other.entryStarts { return false }
        let (own, others) = kind == .list ? (entryCodes, other.entryCodes) : (codes, other.codes)
        guard own.count == others.count else { return false }
        var to = [UInt16](repeating: Self.missing, count: codeCount)
        var back = [UInt16](repeating: Self.missing, count: other.codeCount)
        var (both, pairs) = (0, 0)
        for (a, b) in zip(own, others) where a != Self.missing && b != Self.missing {
            both += 1
            if to[Int(a)] == Self.missing, back[Int(b)] == Self.missing {
                (to[Int(a)], back[Int(b)]) = (b, a)
                pairs += 1
            } else if to[Int(a)] != b {
                return false
            }
        }
        guard pairs > 1, both * 20 >= 19 * max(filled, other.filled) || kind == .list else { return false }
        if both >= 2 * pairs { return true }
        // Values that hardly come again map one to one by themselves; their order doesn't.
        guard isOrderedByCode, other.isOrderedByCode else { return false }
        let images = to.filter { $0 != Self.missing }
        return zip(images, images.dropFirst()).allSatisfy { $0 < $1 }
            || zip(images, images.dropFirst()).allSatisfy { $0 > $1 }
    }

    fileprivate func isCopy(of other: Column) -> Bool {
        guard kind == other.kind, numbers == other.numbers, texts == other.texts else { return false }
        return codes == other.codes && entryCodes == other.entryCodes
    }

    fileprivate func isPreferred(to other: Column) -> Bool {
        func rank(_ column: Column) -> (Int, Int, Int, Double) {
            let isCore = CoreAttribute.allCases.contains { $0.name == Exact(column.name) }
            let isSensitive = SensitiveAttribute(nameOfAttribute: column.name) != nil
            let isText = column.texts.count > column.numbers.count
            let length = column.texts.reduce(0) { $0 + $1.spelling.count }
            return (
                isCore ? 0 : isSensitive ? 1 : 2, -column.filled, isText ? 0 : 1,
                isText ? -Double(length) / Double(column.texts.count) : 0
            )
        }
        let (own, others) = (rank(self), rank(other))
        return own == others ? Exact(name) < Exact(other.name) : own < others
    }
}
