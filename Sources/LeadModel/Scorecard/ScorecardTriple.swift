extension Scorecard {
    /// What three attributes are worth together, beyond what each is alone and each two are. Like a pair, of three axes;
    /// lists are in no triple.
    public struct Triple: Equatable, Sendable {
        /// Places in `attributes`, three, rising.
        public var attributes: [Int]
        /// By axis and main bin of its attribute: its group, 0, 1, ….
        public var groups: [[UInt16]]
        /// In log-odds, by cell: the groups of the third axis run fastest, those of the first slowest.
        public var points: [Double]
        /// Training records, by cell.
        public var records: [Int]

        public init(attributes: [Int], groups: [[UInt16]], points: [Double], records: [Int]) {
            (self.attributes, self.groups, self.points, self.records) = (attributes, groups, points, records)
        }
    }
}

extension Scorecard.Triple {
    /// By axis: how many groups it has.
    public var sizes: [Int] { groups.map { Int($0.max() ?? 0) + 1 } }

    /// The cell of a record.
    ///
    /// - Parameter bin: by place of an attribute, the record's.
    public func cell(_ bin: (Int) -> Int) -> Int {
        zip(attributes, zip(groups, sizes)).reduce(0) { $0 * $1.1.1 + Int($1.1.0[bin($1.0)]) }
    }

    /// The second and the third attribute's table for one group of the first.
    public func layer(_ group: Int) -> Scorecard.Pair {
        let sizes = sizes
        func rows<Cell>(_ cells: [Cell]) -> [[Cell]] {
            (0..<sizes[1]).map { row in
                let start = (group * sizes[1] + row) * sizes[2]
                return Array(cells[start..<start + sizes[2]])
            }
        }
        return Scorecard.Pair(
            first: attributes[1], second: attributes[2], firstGroups: groups[1], secondGroups: groups[2],
            points: rows(points), records: rows(records))
    }

    /// What a person reads of a group of the first attribute.
    public func layerLabel(_ group: Int, in card: Scorecard) -> String {
        Scorecard.Pair.label(
            of: groups[0].indices.filter { Int(groups[0][$0]) == group }, in: card.attributes[attributes[0]])
    }

    /// Whether it is one of these attributes: every bin of each has a group, every three groups a cell.
    func fits(_ all: [Scorecard.Attribute]) -> Bool {
        guard attributes.count == 3, groups.count == 3, attributes == attributes.sorted(), Set(attributes).count == 3,
            zip(attributes, groups).allSatisfy({ place, groups in
                all.indices.contains(place) && groups.count == all[place].bins.count && !all[place].reading.isList
            })
        else { return false }
        let count = sizes.reduce(1, *)
        return points.count == count && records.count == count
    }
}
