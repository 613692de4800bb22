extension Scorecard {
    /// What two attributes are worth together, beyond what each is alone. Its groups are unions of main bins, so the
    /// evidence needs no more than those. Lists are in no pair.
    public struct Pair: Equatable, Sendable {
        /// Places in `attributes`; `first` < `second`.
        public var first, second: Int
        /// By main bin of that attribute: its group, 0, 1, ….
        public var firstGroups, secondGroups: [UInt16]
        /// In log-odds, by first and second group.
        public var points: [[Double]]
        /// Training records, by first and second group.
        public var records: [[Int]]

        public init(
            first: Int, second: Int, firstGroups: [UInt16], secondGroups: [UInt16], points: [[Double]],
            records: [[Int]]
        ) {
            (self.first, self.second, self.firstGroups, self.secondGroups) = (first, second, firstGroups, secondGroups)
            (self.points, self.records) = (points, records)
        }
    }
}

extension Scorecard.Pair {
    /// Whether it is one of these attributes: every bin of both has a group, every two groups a cell.
    func fits(_ attributes: [Scorecard.Attribute]) -> Bool {
        guard attributes.indices.contains(first), attributes.indices.contains(second), first < second,
            firstGroups.count == attributes[first].bins.count, secondGroups.count == attributes[second].bins.count,
            !attributes[first].reading.isList, !attributes[second].reading.isList
        else { return false }
        let (rows, columns) = (Int(firstGroups.max() ?? 0) + 1, Int(secondGroups.max() ?? 0) + 1)
        return points.count == rows && records.count == rows && points.allSatisfy { $0.count == columns }
            && records.allSatisfy { $0.count == columns }
    }

    /// What a person reads of a group of bins: of numbers in a row from the first to the last ("under 3 … 7 to 9"), of
    /// others the first few.
    public static func label(of bins: [Int], in attribute: Scorecard.Attribute) -> String {
        let values = bins.filter { $0 < attribute.valueBinCount }
        var labels = values.map { attribute.bins[$0].label }
        if attribute.isOrdered(values), labels.count > 2, values.last == values[0] + values.count - 1 {
            labels = ["\(labels[0]) … \(labels[labels.count - 1])"]
        }
        labels += bins.filter { $0 >= attribute.valueBinCount }.map { attribute.bins[$0].label }
        guard labels.count > 3 else { return labels.joined(separator: ", ") }
        return labels.prefix(2).joined(separator: ", ") + " and \(labels.count - 2) more"
    }
}
