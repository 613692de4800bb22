/// A pair's table as it is stored in the artifact: two axes of groups, and a row for each group of the first axis.
struct ArtifactPair: Codable {
    var first, second: Axis
    var rows: [Row]

    struct Axis: Codable {
        var attribute: String
        var groups: [Group]
    }

    struct Group: Codable {
        /// The attribute's bins, counted from 0: "0-2, 5".
        var bins: String
        /// For display only; never decoded.
        var label: String
    }

    /// By group of the second axis.
    struct Row: Codable {
        var points: [Double]
        var records: [Int]
    }

    init(_ pair: Scorecard.Pair, _ attributes: [Scorecard.Attribute]) {
        first = Axis(attributes[pair.first], pair.firstGroups)
        second = Axis(attributes[pair.second], pair.secondGroups)
        rows = zip(pair.points, pair.records).map { Row(points: $0, records: $1) }
    }

    func read(_ attributes: [Scorecard.Attribute]) throws(Scorecard.ArtifactError) -> Scorecard.Pair {
        let name = "pair of \(first.attribute) and \(second.attribute)"
        let (one, other) = (try first.place(attributes, of: name), try second.place(attributes, of: name))
        guard one < other else { throw Scorecard.ArtifactError("the \(name) is not in the order of the attributes") }
        let pair = Scorecard.Pair(
            first: one, second: other, firstGroups: try first.groups(attributes[one], of: name),
            secondGroups: try second.groups(attributes[other], of: name), points: rows.map(\.points),
            records: rows.map(\.records))
        guard pair.fits(attributes) else { throw Scorecard.ArtifactError("the \(name) has not a cell for each group") }
        return pair
    }
}

extension ArtifactPair.Axis {
    init(_ attribute: Scorecard.Attribute, _ byBin: [UInt16]) {
        self.attribute = attribute.name
        let count = Int(byBin.max() ?? 0) + 1
        groups = (0..<count).map { group in
            let bins = byBin.indices.filter { byBin[$0] == group }
            return .init(bins: Self.text(bins), label: Scorecard.Pair.label(of: bins, in: attribute))
        }
    }

    /// The place of its attribute.
    ///
    /// - Parameter name: of the table, for the error.
    func place(_ attributes: [Scorecard.Attribute], of name: String) throws(Scorecard.ArtifactError) -> Int {
        guard let place = attributes.firstIndex(where: { Exact($0.name) == Exact(attribute) }) else {
            throw Scorecard.ArtifactError("the \(name) is of an attribute that is not there")
        }
        if attributes[place].reading.isList {
            throw Scorecard.ArtifactError("\(attribute) is a list, and lists are in no pair or triple")
        }
        return place
    }

    /// By bin of its attribute: its group.
    func groups(_ attribute: Scorecard.Attribute, of name: String) throws(Scorecard.ArtifactError) -> [UInt16] {
        guard let groups = byBin(count: attribute.bins.count) else {
            throw Scorecard.ArtifactError("the \(name) does not group the bins of \(attribute.name)")
        }
        return groups
    }

    /// By bin: its group. Nil if a bin has no group or several.
    private func byBin(count: Int) -> [UInt16]? {
        var byBin = [UInt16?](repeating: nil, count: count)
        for (number, group) in groups.enumerated() {
            for run in group.bins.split(separator: ",") {
                let ends = run.split(separator: "-").map { Int(String($0).trimmed) }
                guard let low = ends.first ?? nil, let high = ends.last ?? nil, ends.count <= 2, low <= high, low >= 0,
                    high < count, byBin[low...high].allSatisfy({ $0 == nil })
                else { return nil }
                for bin in low...high { byBin[bin] = UInt16(number) }
            }
        }
        let all = byBin.compactMap(\.self)
        return all.count == count ? all : nil
    }

    /// - Parameter bins: in ascending order.
    private static func text(_ bins: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for bin in bins {
            if let last = runs.last, last.upperBound + 1 == bin {
                runs[runs.count - 1] = last.lowerBound...bin
            } else {
                runs.append(bin...bin)
            }
        }
        return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ", ")
    }
}
