/// An attribute's bins in a few groups, which are the rows or columns of its pair tables: fine bins would leave most
/// cells of a table to chance.
struct Grouping: Sendable {
    /// By bin. The bins that no record taught share the last group, of which every cell is worth nothing.
    private(set) var ofBin: [UInt8]
    /// By group.
    private(set) var records: [Int] = []
    /// The first so many groups are in order of size; of the others each may stand apart from all.
    private(set) var orderedCount = 0

    var count: Int { records.count }
    /// Groups that some bin is in: without the last, if every bin was taught.
    var usedCount: Int { Int(ofBin.max() ?? 0) + 1 }
    /// Whether the grouping distinguishes any records.
    var parts: Bool { count > 2 }

    /// The most groups that `most` can lead to: those in order, those that stand apart, the rest, the untaught.
    static let limit = 64

    /// - Parameters:
    ///   - counts: records by bin.
    ///   - ordered: how many of the first bins are in order of size.
    ///   - most: groups, about: 2…29.
    ///   - least: records of a group, where there are so many.
    init(counts: [Int], ordered: Int, most: Int, least: Int) {
        ofBin = [UInt8](repeating: 0, count: counts.count)
        takeOrdered(counts[..<ordered], most: most, least: least)
        takeOthers(counts, from: ordered, most: most, least: least)
        // A bin in order without records is in a run with others, unless none of them has any.
        for bin in counts.indices where counts[bin] == 0 && (bin >= ordered || orderedCount == 0) {
            ofBin[bin] = UInt8(count)
        }
        records.append(0)
    }

    /// Runs of bins of about equal size; a bin that is one by itself is not mixed with others.
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

    /// Categories, and what stands behind a number's bins: the most frequent by themselves, the rest together.
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
