/// A pair of a binned table's attributes, the first before the second.
struct AttributePair: Hashable, Comparable, Sendable {
    var first: Int
    var second: Int

    static func < (a: Self, b: Self) -> Bool { (a.first, a.second) < (b.first, b.second) }
}

/// The rows of a binned table as its pairs of attributes see them.
struct PairRows: Sendable {
    /// By attribute.
    let groupings: [Grouping]
    /// By attribute and row: the group. Empty for an attribute that is in no pair.
    let codes: [[UInt8]]
    /// All that can have a table.
    let all: [AttributePair]
    /// The pairs that each bag always tries, however weak they look: with tables per stage, those of the stage.
    let always: Set<AttributePair>

    /// - Parameter stageColumn: which of the columns is the stage, if one is.
    init(_ table: BinnedTable, stageColumn: Int? = nil, options: TrainingOptions) {
        let stage = options.perStage ? table.attributes.firstIndex { $0.column == stageColumn } : nil
        groupings = table.attributes.enumerated().map { index, attribute in
            var counts = [Int](repeating: 0, count: attribute.binCount)
            for code in attribute.codes { counts[Int(code)] += 1 }
            if index == stage {
                // Each stage with enough records is its own group, even if it lies between two similar stages.
                return Grouping(counts: counts, ordered: 0, most: options.groups, least: options.leastPerStage)
            }
            return Grouping(
                counts: counts, ordered: attribute.orderedCount, most: options.groups,
                least: options.leastOfGroup(rowCount: table.rowCount))
        }
        // A list has one attribute per entry, which is too many to pair; groups of levels are a part of their column.
        let paired = table.attributes.indices.filter { [groupings] in
            table.attributes[$0].part == .whole && groupings[$0].parts
        }
        codes = table.attributes.indices.map { [groupings] index in
            guard options.pairs > 0, paired.contains(index) else { return [] }
            let groups = groupings[index].ofBin
            return table.attributes[index].codes.map { groups[Int($0)] }
        }
        var all: [AttributePair] = []
        for (place, first) in paired.enumerated() {
            for second in paired.dropFirst(place + 1) { all.append(AttributePair(first: first, second: second)) }
        }
        self.all = options.pairs > 0 ? all : []
        always = stage.map { stage in Set(all.filter { $0.first == stage || $0.second == stage }) } ?? []
    }

    /// Of 64 attributes.
    private static let (mostTried, mostPaired) = (2016, 64)

    func cellCount(_ pair: AttributePair) -> Int { groupings[pair.first].count * groupings[pair.second].count }

    /// The pairs for which one tree explains most of what the single attributes leave unexplained. The search follows
    /// FAST (Lou et al. 2013).
    ///
    /// - Parameters:
    ///   - slopes: G and H of each of `rows`.
    ///   - gained: by attribute, what it gained by itself. Where there are very many pairs, only those of the best
    ///     attributes are tried, so that the work grows with the attributes and not with their square.
    ///   - most: how many of the pairs found are returned, the best first; equal ones keep their order. The pairs
    ///     that are always tried are added to these.
    func strongest(
        _ most: Int, slopes: [SIMD2<Float>], rows: [Int32], gained: [Double], tree: PairTree
    ) -> [AttributePair] {
        guard all.count - always.count > most else { return all }
        let tried = self.tried(gained)
        var sums = [SIMD2<Double>](repeating: .zero, count: Grouping.limit * Grouping.limit)
        var change = [Double](repeating: 0, count: sums.count)
        let gains = tried.map { pair in
            let (a, b) = (groupings[pair.first], groupings[pair.second])
            addByCell(
                slopes, codes[pair.first], codes[pair.second], rows: rows, width: b.count, to: &sums,
                count: cellCount(pair))
            takeOutMargins(&sums, a.count, b.count)
            return tree.fill(&change, sums: sums, a, b)
        }
        let order = tried.indices.filter { !always.contains(tried[$0]) }.sorted { (gains[$1], $0) < (gains[$0], $1) }
        return (order.prefix(most).map { tried[$0] } + always).sorted()
    }

    private func tried(_ gained: [Double]) -> [AttributePair] {
        guard all.count > Self.mostTried else { return all }
        let paired = gained.indices.filter { !codes[$0].isEmpty }.sorted { (gained[$1], $0) < (gained[$0], $1) }
        let best = Set(paired.prefix(Self.mostPaired))
        return all.filter { best.contains($0.first) && best.contains($0.second) }
    }
}

/// Removes from G what the sum of a row's and a column's part explains. Five rounds of alternating between rows and
/// columns come close enough.
private func takeOutMargins(_ sums: inout [SIMD2<Double>], _ rows: Int, _ columns: Int) {
    func takeOut(_ cells: StrideTo<Int>) {
        var sum = SIMD2<Double>.zero
        for cell in cells { sum += sums[cell] }
        guard sum.y > 0 else { return }
        for cell in cells { sums[cell].x -= sum.x / sum.y * sums[cell].y }
    }
    for _ in 0..<5 {
        for row in 0..<rows { takeOut(stride(from: row * columns, to: (row + 1) * columns, by: 1)) }
        for column in 0..<columns { takeOut(stride(from: column, to: rows * columns, by: columns)) }
    }
}
