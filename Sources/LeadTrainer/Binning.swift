import LeadModel

/// How one attribute's values fall into bins, made from some of its rows and applied to any.
///
/// The bins stand in the scorecard's order: those of the values, missing, rare (categories alone), unseen.
struct Binning {
    var name: String
    var reading: Scorecard.Reading
    var labels: [String]
    /// By code of the column: its bin.
    private var binOfCode: [UInt16]
    private(set) var missingBin: Int
    /// Of a number: whether all its values are whole.
    private var isWhole = false

    var binCount: Int { labels.count }
    /// Bins in order of size, which stand first; none for categories.
    var orderedCount: Int { if case .number = reading { missingBin } else { 0 } }
    var unseenBin: Int { binCount - 1 }

    /// - Parameters:
    ///   - counts: how many of the rows have each code.
    ///   - most: bins of a number.
    init(_ column: Column, counts: [Int], most: Int, options: TrainingOptions) {
        name = column.name
        if column.kind == .number {
            let numbers = NumberBins(column, counts: counts, most: most, least: options.minimumOfEachValue)
            (reading, labels) = (.number(edges: numbers.edges), numbers.labels + ["missing", "not a number"])
            missingBin = numbers.labels.count
            isWhole = numbers.isWhole
            binOfCode = [UInt16](repeating: UInt16(missingBin + 1), count: column.codeCount)
            for (code, number) in column.numbers.enumerated() { binOfCode[code] = UInt16(numbers.bin(of: number.low)) }
        } else {
            let kept = Self.keptLevels(column, counts: counts, options: options)
            missingBin = kept.count
            labels = kept.map { column.spelling($0) } + ["missing", "rare values", "never seen before"]
            let rareBin = kept.count + 1
            var binOfCode = counts.map { UInt16($0 > 0 ? rareBin : rareBin + 1) }
            var bins: [String: Int] = [:]
            for (bin, code) in kept.enumerated() {
                binOfCode[code] = UInt16(bin)
                bins[column.category(code) ?? ""] = bin
            }
            let rare = counts.indices.filter { Int(binOfCode[$0]) == rareBin }
            let listed = rare.count <= 500
            let fingerprints = rare.compactMap { column.category($0).map(Scorecard.Levels.fingerprint) }
            reading = .category(.init(bins: bins, rare: listed ? Set(fingerprints) : nil))
            // As the scorecard will read it: what it can't tell from rare values counts as one.
            if !listed { for code in counts.indices where counts[code] == 0 { binOfCode[code] = UInt16(rareBin) } }
            self.binOfCode = binOfCode
        }
    }

    /// Of the levels that enough records have, the 2,000 most frequent; most frequent first, equal ones by text.
    private static func keptLevels(_ column: Column, counts: [Int], options: TrainingOptions) -> [Int] {
        let frequent = counts.indices.compactMap { code in
            counts[code] >= options.minimumOfEachValue
                ? column.category(code).map { (code, count: counts[code], category: Exact($0)) } : nil
        }
        return frequent.sorted { ($0.count, $1.category) > ($1.count, $0.category) }.prefix(2000).map(\.0)
    }

    /// Makes one bin of each run of a number's bins.
    ///
    /// - Parameter runs: all of the ordered bins, in order.
    mutating func join(_ runs: [Range<Int>]) {
        guard case .number(let edges) = reading, runs.count < orderedCount else { return }
        let kept = runs.dropFirst().map { edges[$0.lowerBound - 1] }
        let names = runs.enumerated().map { place, run in
            run.count == 1 ? labels[run.lowerBound] : NumberBins.label(place, edges: kept, isWhole: isWhole)
        }
        var places = runs.enumerated().flatMap { place, run in run.map { _ in UInt16(place) } }
        places += labels.indices.dropFirst(missingBin).map { UInt16($0 - missingBin + runs.count) }
        binOfCode = binOfCode.map { places[Int($0)] }
        labels = names + labels.dropFirst(missingBin)
        (reading, missingBin) = (.number(edges: kept), runs.count)
    }

    /// The bins of the given rows.
    func codes(_ column: Column, rows: [Int]) -> [UInt16] {
        rows.map { row in
            let code = column.codes[row]
            return code == Column.missing ? UInt16(missingBin) : binOfCode[Int(code)]
        }
    }
}

/// A binned table to fit: bins by attribute and row.
struct BinnedTable {
    struct Attribute {
        /// Column of the table.
        var codes: [UInt16]
        var binCount: Int
        /// The first so many bins are in order of size.
        var orderedCount: Int
        /// Where this attribute's bins start in a table of all.
        var offset: Int
    }

    var rowCount: Int
    var attributes: [Attribute]
    var binCount: Int { attributes.last.map { $0.offset + $0.binCount } ?? 0 }

    init(_ columns: [Column], _ binnings: [Binning], rows: [Int]) {
        rowCount = rows.count
        attributes = []
        var offset = 0
        for (column, binning) in zip(columns, binnings) {
            attributes.append(
                .init(
                    codes: binning.codes(column, rows: rows), binCount: binning.binCount,
                    orderedCount: binning.orderedCount, offset: offset))
            offset += binning.binCount
        }
    }
}
