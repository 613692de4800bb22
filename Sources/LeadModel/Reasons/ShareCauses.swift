/// Why a share says something else than the rate of its bin.
enum ShareCause: Equatable, Sendable {
    /// The bin's records differ from others in this attribute too, and that explains their rate.
    case given(Int)
    /// The record's bins of both attributes, or of all three, add points together.
    case combined(with: Int, Int? = nil)
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
/// attribute: half of the points of the record's cell of their pair (for two others a third of those of their triple), and
/// what the other attribute is worth on average to
/// the records of the bin, which is in the rate but not in the share. A pair's table has the records to compute the
/// latter. One attribute is named if its parts make up half of the difference or more.
struct ShareCauses: Sendable {
    /// One side of a pair, as seen from its other attribute.
    private struct Partner: Sendable {
        var attribute: Int
        /// In `groups`: by bin of the attribute that is explained its row, by bin of the partner its column.
        var ownGroups, groups: Int
        /// In `numbers`: half of the cells' points; and by row the mean points that its records have from the partner.
        var halves, means: Int
        var width: Int
    }

    /// By attribute.
    private var partners: [[Partner]]
    private let triples: [Scorecard.Triple]
    private var groups: [Int] = []
    private var numbers: [Double] = []
    /// By attribute and bin, and for ordered bins with those next to them.
    private let rates, ratesNearby: [[ShownRates?]]

    init(
        _ attributes: [Scorecard.Attribute], _ pairs: [Scorecard.Pair], _ triples: [Scorecard.Triple],
        _ training: Scorecard.Training
    ) {
        self.triples = triples
        rates = attributes.map { $0.bins.map { ShownRates($0, training) } }
        ratesNearby = attributes.map { Self.ratesNearby($0, training) }
        partners = Array(repeating: [], count: attributes.count)
        for pair in pairs {
            let (first, second) = (attributes[pair.first], attributes[pair.second])
            add(
                pair.second, to: pair.first, pair.secondGroups, pair.firstGroups, halvesOf: pair.points,
                means: Self.means(pair.records, second, pair.secondGroups))
            add(
                pair.first, to: pair.second, pair.firstGroups, pair.secondGroups, halvesOf: Self.turned(pair.points),
                means: Self.means(Self.turned(pair.records), first, pair.firstGroups))
        }
    }

    /// - Parameter points: by group of the attribute that is explained, and group of the partner.
    private mutating func add(
        _ partner: Int, to attribute: Int, _ groups: [UInt16], _ ownGroups: [UInt16], halvesOf points: [[Double]],
        means: [Double]
    ) {
        let width = points.first?.count ?? 0
        partners[attribute].append(
            Partner(
                attribute: partner, ownGroups: self.groups.count, groups: self.groups.count + ownGroups.count,
                halves: numbers.count, means: numbers.count + points.count * width, width: width))
        self.groups += ownGroups.map(Int.init) + groups.map(Int.init)
        numbers += points.joined().map { $0 / 2 } + means
    }

    /// - Parameters:
    ///   - share: in log-odds.
    ///   - bin: of the attribute; it is no list.
    ///   - otherBin: by attribute that is no list: the record's bin.
    func cause(of share: Double, attribute: Int, bin: Int, otherBin: (Int) -> Int) -> ShareCause {
        let rates = rates[attribute][bin]
        if Strength(share) == .neutral, rates?.isCertain == false { return .chance }
        let gap = share - (rates?.difference ?? 0)
        let sign = gap < 0 ? -1.0 : 1
        var best: (part: Double, cause: ShareCause) = (abs(gap) / 2, .others)
        for partner in partners[attribute] {
            let row = groups[partner.ownGroups + bin]
            let column = groups[partner.groups + otherBin(partner.attribute)]
            let half = sign * numbers[partner.halves + row * partner.width + column]
            let given = rates == nil ? 0 : -sign * numbers[partner.means + row]
            guard half + given >= best.part else { continue }
            best = (half + given, half > given ? .combined(with: partner.attribute) : .given(partner.attribute))
        }
        for triple in triples where triple.attributes.contains(attribute) {
            let third = sign * triple.points[triple.cell { $0 == attribute ? bin : otherBin($0) }] / 3
            guard third >= best.part else { continue }
            let others = triple.attributes.filter { $0 != attribute }
            best = (third, .combined(with: others[0], others[1]))
        }
        guard best.cause == .others else { return best.cause }
        if bin < ratesNearby[attribute].count, let nearby = ratesNearby[attribute][bin],
            !Strength(share).contradicts(nearby)
        {
            return .neighbors
        }
        return partners.count > 1 ? .others : .chance
    }

    /// By bin: the rates of the bin and up to two on either side together, if the bin's own differ from them no more than
    /// chance makes them.
    private static func ratesNearby(
        _ attribute: Scorecard.Attribute, _ training: Scorecard.Training
    ) -> [ShownRates?] {
        (0..<attribute.orderedCount).map { bin in
            let near = attribute.bins[max(0, bin - 2)...min(attribute.orderedCount - 1, bin + 2)]
            let positives = near.reduce(0) { $0 + $1.positives }
            let records = near.reduce(0) { $0 + $1.records }
            let pooled = Scorecard.Training(asOf: nil, positives: positives, negatives: records - positives, seed: 0)
            guard records > attribute.bins[bin].records,
                ShownRates(attribute.bins[bin], pooled)?.isCertain != true
            else { return nil }
            return ShownRates(.init(label: "", points: 0, records: records, positives: positives), training)
        }
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
