/// Why a share says something else than the rate of its bin.
enum ShareCause: Hashable, Sendable {
    /// The bin's records differ from others in this attribute too, and that explains their rate.
    case given(Int)
    /// The record's bins of both attributes add points together.
    case combined(with: Int)
    /// The bins next to it are like the share; the bin's own records differ from theirs no more than chance makes them.
    case neighbors
    /// The bin has so few records that chance alone can make the difference between their rate and the base rate.
    case chance
    /// What the other attributes are worth together.
    case others
}

/// Finds the cause of a share that contradicts its bin's rate, from the points and records of the scorecard's tables.
///
/// The difference between a share and its bin's log-odds, both relative to all records, has two parts for every other
/// attribute: half of the points of the record's cell of their pair, and what the other attribute is worth on average to
/// the records of the bin, which is in the rate but not in the share. A pair's table has the records to compute the
/// latter. One attribute is named if its parts make up half of the difference or more.
struct ShareCauses: Sendable {
    private struct Partner: Sendable {
        var attribute: Int
        /// By bin of the attribute that is explained, and by bin of the partner.
        var ownGroups, groups: [UInt16]
        /// Half of the cell's points, by own group and group.
        var halves: [[Double]]
        /// By own group: the mean points that its records have from the partner.
        var means: [Double]
    }

    /// By attribute.
    private var partners: [[Partner]]
    private let attributes: [Scorecard.Attribute]
    private let training: Scorecard.Training

    init(_ attributes: [Scorecard.Attribute], _ pairs: [Scorecard.Pair], _ training: Scorecard.Training) {
        (self.attributes, self.training) = (attributes, training)
        partners = Array(repeating: [], count: attributes.count)
        for pair in pairs {
            let halves = pair.points.map { $0.map { $0 / 2 } }
            partners[pair.first].append(
                Partner(
                    attribute: pair.second, ownGroups: pair.firstGroups, groups: pair.secondGroups, halves: halves,
                    means: Self.means(pair.records, attributes[pair.second], pair.secondGroups)))
            partners[pair.second].append(
                Partner(
                    attribute: pair.first, ownGroups: pair.secondGroups, groups: pair.firstGroups,
                    halves: Self.turned(halves),
                    means: Self.means(Self.turned(pair.records), attributes[pair.first], pair.firstGroups)))
        }
    }

    /// - Parameters:
    ///   - share: in log-odds.
    ///   - bin: of the attribute; it is no list.
    ///   - otherBin: by attribute that is no list: the record's bin.
    func cause(of share: Double, attribute: Int, bin: Int, otherBin: (Int) -> Int) -> ShareCause {
        let rates = ShownRates(attributes[attribute].bins[bin], training)
        if Strength(share) == .neutral, rates?.isCertain == false { return .chance }
        let gap = share - (rates?.difference ?? 0)
        let sign = gap < 0 ? -1.0 : 1
        var best: (part: Double, cause: ShareCause) = (abs(gap) / 2, .others)
        for partner in partners[attribute] {
            let group = Int(partner.ownGroups[bin])
            let half = sign * partner.halves[group][Int(partner.groups[otherBin(partner.attribute)])]
            let given = rates == nil ? 0 : -sign * partner.means[group]
            guard half + given >= best.part else { continue }
            best = (half + given, half > given ? .combined(with: partner.attribute) : .given(partner.attribute))
        }
        guard best.cause == .others else { return best.cause }
        if agreesWithNeighbors(Strength(share), attributes[attribute], bin) { return .neighbors }
        return attributes.count > 1 ? .others : .chance
    }

    /// Whether the bin and up to two on either side together have a rate that agrees with the strength, while the bin's
    /// own differs from it no more than chance makes it.
    private func agreesWithNeighbors(_ strength: Strength, _ attribute: Scorecard.Attribute, _ bin: Int) -> Bool {
        guard bin < attribute.orderedCount else { return false }
        let near = attribute.bins[max(0, bin - 2)...min(attribute.orderedCount - 1, bin + 2)]
        let positives = near.reduce(0) { $0 + $1.positives }
        let records = near.reduce(0) { $0 + $1.records }
        let all = Scorecard.Bin(label: "", points: 0, records: records, positives: positives)
        guard records > attribute.bins[bin].records, !strength.contradicts(ShownRates(all, training)) else {
            return false
        }
        let pooled = Scorecard.Training(asOf: nil, positives: positives, negatives: records - positives, seed: 0)
        return ShownRates(attribute.bins[bin], pooled)?.isCertain != true
    }

    /// - Parameter records: by own group and group of the partner.
    private static func means(
        _ records: [[Int]], _ partner: Scorecard.Attribute, _ groups: [UInt16]
    ) -> [Double] {
        var (points, counts) = ([Double](repeating: 0, count: records.first?.count ?? 0), [Double]())
        counts = points
        for (bin, group) in zip(partner.bins, groups) {
            points[Int(group)] += bin.points * Double(bin.records)
            counts[Int(group)] += Double(bin.records)
        }
        let all = points.reduce(0, +) / max(1, counts.reduce(0, +))
        let ofGroup = zip(points, counts).map { $1 > 0 ? $0 / $1 - all : 0 }
        return records.map { row in
            zip(row, ofGroup).reduce(0) { $0 + Double($1.0) * $1.1 } / Double(max(1, row.reduce(0, +)))
        }
    }

    private static func turned<Cell>(_ rows: [[Cell]]) -> [[Cell]] {
        (rows.first?.indices ?? 0..<0).map { column in rows.map { $0[column] } }
    }
}
