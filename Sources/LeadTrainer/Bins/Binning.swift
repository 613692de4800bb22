import LeadModel

/// How one attribute's values fall into bins. It is built from some of the attribute's rows and applies to all of them.
///
/// The bins have the scorecard's order: the bins of values, missing, rare (not for numbers and ages), unseen.
struct Binning {
    var name: String
    var reading: Scorecard.Reading
    /// How the values are spelled, as far as the scorecard needs it.
    private(set) var values: ValueReading
    var labels: [String]
    /// By the column's code: its bin.
    private var binOfCode: [UInt16]
    private(set) var missingBin: Int
    /// By bin: the group of levels that it is in, 1, 2, …; 0 for none. Empty without groups.
    private(set) var groupOfBin: [UInt16] = []
    /// For a number: whether all its values are whole numbers, and whether it is an age.
    private var isWhole = false
    private var isAge = false

    var binCount: Int { labels.count }
    /// How many of the first bins are ordered: a number's bins by size, categories if they have an order.
    var orderedCount: Int { reading.edges == nil ? reading.levels?.orderedCount ?? 0 : missingBin }
    private var isList: Bool { if case .list = reading { true } else { false } }
    var unseenBin: Int { binCount - 1 }

    /// - Parameters:
    ///   - counts: the number of rows with each code.
    ///   - most: the most bins of a number.
    init(_ column: Column, counts: [Int], most: Int, options: TrainingOptions) {
        (name, values) = (column.name, column.values)
        if column.kind == .number || column.kind == .age {
            let numbers = NumberBins(column, counts: counts, most: most, least: options.minimumOfEachValue)
            isAge = column.kind == .age
            reading = isAge ? .age(edges: numbers.edges) : .number(edges: numbers.edges)
            labels = numbers.labels + ["missing", isAge ? "not a date" : "not a number"]
            missingBin = numbers.labels.count
            isWhole = numbers.isWhole
            binOfCode = [UInt16](repeating: UInt16(missingBin + 1), count: column.codeCount)
            for (code, number) in column.numbers.enumerated() { binOfCode[code] = UInt16(numbers.bin(of: number.low)) }
        } else {
            let kept = Self.keptLevels(column, counts: counts, options: options)
            let groups = LevelGroups(column, counts: counts, kept: kept, least: options.minimumOfEachValue)
            missingBin = kept.count + groups.names.count
            labels = kept.map { column.spelling($0) } + groups.labels + ["missing", "rare values", "never seen before"]
            let rareBin = missingBin + 1
            var binOfCode = counts.map { UInt16($0 > 0 ? rareBin : rareBin + 1) }
            var bins: [String: Int] = [:]
            for (bin, code) in kept.enumerated() {
                binOfCode[code] = UInt16(bin)
                bins[column.category(code) ?? ""] = bin
            }
            for (code, group) in groups.ofCode { binOfCode[code] = UInt16(kept.count + group) }
            if !groups.names.isEmpty {
                groupOfBin = kept.map { groups.ofKept[$0].map { UInt16($0 + 1) } ?? 0 }
                groupOfBin += groups.names.indices.map { UInt16($0 + 1) } + [0, 0, 0]
            }
            let rare = counts.indices.filter { Int(binOfCode[$0]) == rareBin }
            let listed = rare.count <= 500
            // Where the scorecard knows all entries, a text of several is one that it doesn't know.
            if listed, !column.hasAmbiguousEntries { values.separator = nil }
            let fingerprints = rare.compactMap { column.category($0).map(Scorecard.Levels.fingerprint) }
            let levels = Scorecard.Levels(
                bins: bins, rare: listed ? Set(fingerprints) : nil,
                orderedCount: kept.count { column.ranks?[$0] != nil },
                groups: Dictionary(uniqueKeysWithValues: groups.names.enumerated().map { ($1, kept.count + $0) }))
            switch column.kind {
            case .list: reading = .list(levels)
            case .signal(let signal): reading = .signal(signal, levels)
            default: reading = .category(levels)
            }
            // The scorecard can't distinguish these from rare values, so training counts them as rare too.
            if !listed {
                for code in counts.indices where counts[code] == 0 && Int(binOfCode[code]) == rareBin + 1 {
                    binOfCode[code] = UInt16(rareBin)
                }
            }
            self.binOfCode = binOfCode
        }
    }

    /// The 2,000 most frequent of the levels that enough records have. For a list, it is the 100 most frequent, because
    /// each entry is fitted separately. Personal data counts as rare, however frequent it is. Levels with an order come
    /// first, then the others by frequency, ties by text.
    private static func keptLevels(_ column: Column, counts: [Int], options: TrainingOptions) -> [Int] {
        let frequent = counts.indices.compactMap { code in
            counts[code] >= options.minimumOfEachValue && !column.isPersonal(code)
                ? column.category(code).map { (code, count: counts[code], category: Exact($0)) } : nil
        }
        let most = frequent.sorted { ($0.count, $1.category) > ($1.count, $0.category) }.prefix(
            column.kind == .list ? 100 : 2000
        )
        .map(\.0)
        guard let ranks = column.ranks else { return most }
        let ordered = most.filter { ranks[$0] != nil }.sorted { (ranks[$0] ?? 0, $0) < (ranks[$1] ?? 0, $1) }
        return ordered + most.filter { ranks[$0] == nil }
    }

    /// Joins each run of ordered bins into one bin.
    ///
    /// - Parameter runs: in order; together they contain all ordered bins.
    mutating func join(_ runs: [Range<Int>]) {
        guard runs.count < orderedCount else { return }
        guard let edges = reading.edges else { return joinLevels(runs) }
        let kept = runs.dropFirst().map { edges[$0.lowerBound - 1] }
        let names = runs.enumerated().map { place, run in
            run.count == 1
                ? labels[run.lowerBound] : NumberBins.label(place, edges: kept, isWhole: isWhole, isAge: isAge)
        }
        var places = runs.enumerated().flatMap { place, run in run.map { _ in UInt16(place) } }
        places += labels.indices.dropFirst(missingBin).map { UInt16($0 - missingBin + runs.count) }
        binOfCode = binOfCode.map { places[Int($0)] }
        labels = names + labels.dropFirst(missingBin)
        (reading, missingBin) = (isAge ? .age(edges: kept) : .number(edges: kept), runs.count)
    }

    /// Joins runs of ordered categories: "Proposal or Quote" for two, "Qualified to Quote" for more.
    private mutating func joinLevels(_ runs: [Range<Int>]) {
        guard case .category(var levels) = reading else { return }
        let (orderedCount, former) = (orderedCount, labels)
        let names = runs.map { run in
            run.count == 1
                ? former[run.lowerBound]
                : former[run.lowerBound] + (run.count == 2 ? " or " : " to ") + former[run.upperBound - 1]
        }
        var places = runs.enumerated().flatMap { place, run in run.map { _ in UInt16(place) } }
        places += former.indices.dropFirst(orderedCount).map { UInt16($0 - orderedCount + runs.count) }
        binOfCode = binOfCode.map { places[Int($0)] }
        labels = names + former.dropFirst(orderedCount)
        levels.bins = levels.bins.mapValues { Int(places[$0]) }
        levels.orderedCount = runs.count
        (reading, missingBin) = (.category(levels), Int(places[missingBin]))
    }

    /// The bins of the given rows; not for lists.
    func codes(_ column: Column, rows: [Int]) -> [UInt16] {
        rows.map { row in
            let code = column.codes[row]
            return code == Column.missing ? UInt16(missingBin) : binOfCode[Int(code)]
        }
    }

    /// Calls `body` for each row with its place among the given rows and the bin that it falls into. A list can fall
    /// into several bins; then `body` is called for each of them.
    func eachBin(_ column: Column, rows: [Int], _ body: (_ place: Int, _ bin: Int) -> Void) {
        guard isList else {
            for (place, bin) in codes(column, rows: rows).enumerated() { body(place, Int(bin)) }
            return
        }
        var held: [Int] = []
        for (place, row) in rows.enumerated() {
            held.removeAll(keepingCapacity: true)
            for code in column.entries(row) {
                let bin = Int(binOfCode[Int(code)])
                if !held.contains(bin) { held.append(bin) }
            }
            if held.isEmpty { held = [missingBin] }
            for bin in held.sorted() { body(place, bin) }
        }
    }

    /// The features that are fitted for the column. Usually the column itself is the only one. For a list, each bin
    /// with rows is a feature with two bins: not held (0) and held (1). Where levels have groups, these are one more.
    func features(_ column: Column, rows: [Int]) -> [(part: BinnedTable.Part, codes: [UInt16])] {
        guard isList else {
            let codes = codes(column, rows: rows)
            guard !groupOfBin.isEmpty else { return [(.whole, codes)] }
            return [(.whole, codes), (.groups, codes.map { groupOfBin[Int($0)] })]
        }
        var codes = [[UInt16]](repeating: [], count: binCount)
        eachBin(column, rows: rows) { place, bin in
            if codes[bin].isEmpty { codes[bin] = [UInt16](repeating: 0, count: rows.count) }
            codes[bin][place] = 1
        }
        return codes.indices.filter { !codes[$0].isEmpty }.map { (.option($0), codes[$0]) }
    }
}
