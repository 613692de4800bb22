/// An attribute's bins, combined into a few groups. The groups are the rows or columns of the attribute's pair tables.
/// With single bins instead, most cells of a table would have too few records.
struct Grouping: Sendable {
    /// By bin: its group. Bins without training records share the last group, whose cells all have 0 points.
    private(set) var ofBin: [UInt8]
    /// By group: the number of its training records.
    private(set) var records: [Int] = []
    /// How many of the first groups are ordered. The other groups have no order.
    private(set) var orderedCount = 0

    var count: Int { records.count }
    /// The number of groups that contain a bin. The last group contains none if every bin has training records.
    var usedCount: Int { Int(ofBin.max() ?? 0) + 1 }
    /// Whether the grouping distinguishes any records.
    var parts: Bool { count > 2 }

    /// An upper bound for the number of groups: the ordered ones, those of one bin each, the rest, and the last one.
    static let limit = 64

    /// - Parameters:
    ///   - counts: the number of records, by bin.
    ///   - ordered: how many of the first bins are ordered.
    ///   - most: roughly the most groups, 2…29.
    ///   - least: the least number of records in a group, if there are that many.
    init(counts: [Int], ordered: Int, most: Int, least: Int) {
        ofBin = [UInt8](repeating: 0, count: counts.count)
        takeOrdered(counts[..<ordered], most: most, least: least)
        takeOthers(counts, from: ordered, most: most, least: least)
        // An ordered bin without records is already in a run with others, unless no ordered bin has records.
        for bin in counts.indices where counts[bin] == 0 && (bin >= ordered || orderedCount == 0) {
            ofBin[bin] = UInt8(count)
        }
        records.append(0)
    }

    /// A grouping of the same bins whose groups are unions of those of another.
    init(joining fine: Grouping, most: Int, least: Int) {
        self.init(counts: fine.records, ordered: fine.orderedCount, most: most, least: least)
        ofBin = fine.ofBin.map { ofBin[Int($0)] }
    }

    /// By group: the group of a coarser grouping of the same bins.
    func places(in coarse: Grouping) -> [UInt8] {
        var places = [UInt8](repeating: UInt8(coarse.count - 1), count: count)
        for (fine, joined) in zip(ofBin, coarse.ofBin) { places[Int(fine)] = joined }
        return places
    }

    /// Combines the ordered bins into runs with about equally many records. A bin that is large enough by itself is not
    /// combined with others.
    private mutating func takeOrdered(_ counts: ArraySlice<Int>, most: Int, least: Int) {
        let share = max(least, (counts.reduce(0, +) + most - 1) / most)
        var open = 0
        for bin in counts.indices {
            ofBin[bin] = UInt8(count)
            open += counts[bin]
            let next = bin + 1 < counts.endIndex ? counts[bin + 1] : 0
            if open >= share || (next >= share && open >= least) {
                records.append(open)
                open = 0
            }
        }
        if open > 0, open < least, let last = records.indices.last {
            records[last] += open
            for bin in counts.indices where Int(ofBin[bin]) == count { ofBin[bin] = UInt8(last) }
        } else if open > 0 {
            records.append(open)
        }
        orderedCount = count
    }

    /// Groups the bins without an order: categories, and the special bins of a number. Each of the most frequent bins
    /// is its own group; the rest share one.
    private mutating func takeOthers(_ counts: [Int], from first: Int, most: Int, least: Int) {
        let others = (first..<counts.count).filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
        let alone = others.prefix(most + 2).prefix { counts[$0] >= least }
        for bin in alone {
            ofBin[bin] = UInt8(count)
            records.append(counts[bin])
        }
        let rest = others.dropFirst(alone.count)
        guard !rest.isEmpty else { return }
        for bin in rest { ofBin[bin] = UInt8(count) }
        records.append(rest.reduce(0) { $0 + counts[$1] })
    }
}
