import LeadModel

/// Two attributes that together give away the outcome, though each alone looks harmless: won if the amount paid is the
/// amount, or if exactly one of two boxes is ticked.
///
/// Of each two attributes it tries the table of their values in a few groups, and whether one is less than, equal to or
/// above the other. They are suspected if the out-of-fold AUC of this is at least 0.93, and 0.05 above either alone: the best
/// scorecards of public sets of leads stay below that. Three standard errors are subtracted, as there are many pairs.
///
/// At most 1,000 records and 150 attributes are looked at, the strongest alone, so a wide file costs no more than
/// that. Of a group of attributes that are suspected in pairs, every pair is named until one of each is left out.
struct RebuiltOutcome {
    /// An attribute as pairs are made of it: by sampled record.
    struct Candidate {
        var name: String
        /// Of its groups.
        var groups: [UInt8]
        var groupCount: Int
        /// What can be compared with another attribute of the same kind: numbers and dates by size, texts for being equal.
        var compared: Compared
        /// Of it alone.
        var auc: Double

        enum Compared {
            case none
            /// NaN where it is missing.
            case numbers([Double], isAge: Bool)
            /// Hashes; 0 where it is missing.
            case texts([UInt64])
        }
    }

    struct Pair {
        /// The one to leave out: it is the weaker alone.
        var left: String
        var other: String
        var auc: Double
    }

    private(set) var pairs: [Pair] = []

    static let enough = 0.93
    static let gain = 0.05
    static let mostAttributes = 150
    static let mostRecordsOfAnOutcome = 500
    private static let foldCount = 4

    /// The rows that pairs are tried on: of each outcome the same number at the most, evenly taken.
    static func sample(_ outcomes: [Bool]) -> [Int] {
        [true, false].flatMap { outcome in
            let rows = outcomes.indices.filter { outcomes[$0] == outcome }
            let count = min(rows.count, mostRecordsOfAnOutcome)
            return (0..<count).map { rows[$0 * rows.count / count] }
        }
        .sorted()
    }

    /// - Parameter outcomes: of the sampled records.
    init(_ candidates: [Candidate], outcomes: [Bool]) {
        // Stable, so that the result doesn't depend on a sort.
        let strongest = candidates.indices.sorted { a, b in
            (candidates[b].auc, a) < (candidates[a].auc, b)
        }
        let tried = strongest.prefix(Self.mostAttributes).sorted()
        let folds = Folds(Self.foldCount, indices: Self.shuffled(outcomes.count), outcomes: outcomes)
        var left: Set<String> = []
        for (position, a) in tried.enumerated() {
            for b in tried.dropFirst(position + 1) {
                let (one, other) = (candidates[a], candidates[b])
                guard !left.contains(one.name), !left.contains(other.name) else { continue }
                let least = max(Self.enough, max(one.auc, other.auc) + Self.gain)
                guard let auc = Self.auc(one, other, outcomes, folds, least: least) else { continue }
                let weaker = (one.auc, other.name) < (other.auc, one.name) ? one.name : other.name
                left.insert(weaker)
                pairs.append(Pair(left: weaker, other: weaker == one.name ? other.name : one.name, auc: auc))
            }
        }
    }

    private static func shuffled(_ count: Int) -> [Int] {
        var random = SplitMix64(seed: 9)
        var order = Array(0..<count)
        order.shuffle(by: &random)
        return order
    }

    /// Of the two together; nil if it is not enough.
    private static func auc(
        _ a: Candidate, _ b: Candidate, _ outcomes: [Bool], _ folds: Folds, least: Double
    ) -> Double? {
        var cells = [UInt16](repeating: 0, count: outcomes.count)
        for row in outcomes.indices {
            cells[row] = UInt16(a.groups[row]) * UInt16(b.groupCount) + UInt16(b.groups[row])
        }
        let table = (cells, a.groupCount * b.groupCount)
        let tables = [table] + (compare(a.compared, b.compared).map { [($0, 4)] } ?? [])
        return tables.compactMap { cells, count -> Double? in
            guard fitted(cells, count, outcomes) >= least else { return nil }
            let suspicion = LeakSuspicion(
                codes: cells, binCount: count, orderedCount: 0, missingBin: nil, outcomes: outcomes, folds: folds)
            let standardError = suspicion.auc - suspicion.cautiousAUC
            return suspicion.auc - 3 * standardError >= least ? suspicion.auc : nil
        }
        .max()
    }

    /// By row: 0 less, 1 equal, 2 above, 3 one is missing.
    private static func compare(_ a: Candidate.Compared, _ b: Candidate.Compared) -> [UInt16]? {
        switch (a, b) {
        case (.numbers(let a, let isAge), .numbers(let b, let isOtherAge)) where isAge == isOtherAge:
            zip(a, b).map { a, b in a.isNaN || b.isNaN ? 3 : a < b ? 0 : a == b ? 1 : 2 }
        case (.texts(let a), .texts(let b)):
            zip(a, b).map { a, b in a == 0 || b == 0 ? 3 : a == b ? 1 : 0 }
        default: nil
        }
    }

    /// The AUC by rates of the same records: an upper bound, quickly found.
    private static func fitted(_ cells: [UInt16], _ count: Int, _ outcomes: [Bool]) -> Double {
        var (positives, negatives) = ([Int32](repeating: 0, count: count), [Int32](repeating: 0, count: count))
        for (row, cell) in cells.enumerated() {
            if outcomes[row] { positives[Int(cell)] += 1 } else { negatives[Int(cell)] += 1 }
        }
        let used = (0..<count).filter { positives[$0] + negatives[$0] > 0 }
        func rate(_ cell: Int) -> Double { Double(positives[cell]) / Double(positives[cell] + negatives[cell]) }
        var (sum, below, all) = (0.0, 0.0, 0.0)
        for cell in used.sorted(by: { rate($0) < rate($1) }) {
            sum += Double(positives[cell]) * (below + Double(negatives[cell]) / 2)
            below += Double(negatives[cell])
            all += Double(positives[cell])
        }
        return all > 0 && below > 0 ? sum / (all * below) : 0.5
    }
}

extension RebuiltOutcome.Candidate {
    /// - Parameters:
    ///   - codes: the bins of all rows.
    ///   - rows: those that are sampled.
    init(_ column: Column, _ feature: BinnedTable.Attribute, rows: [Int], auc: Double) {
        (name, self.auc) = (column.name, max(auc, 1 - auc))
        var counts = [Int](repeating: 0, count: feature.binCount)
        for row in rows { counts[Int(feature.codes[row])] += 1 }
        let grouping = Grouping(
            counts: counts, ordered: feature.orderedCount, most: 6, least: max(5, rows.count / 100))
        groups = rows.map { grouping.ofBin[Int(feature.codes[$0])] }
        groupCount = grouping.count
        switch column.kind {
        case .number, .age:
            // Numbers that share codes can't be compared.
            guard column.numbers.allSatisfy({ $0.low == $0.high }) else {
                compared = .none
                return
            }
            compared = .numbers(
                rows.map { row in
                    let code = Int(column.codes[row])
                    return code < column.numbers.count ? column.numbers[code].low : .nan
                }, isAge: column.kind == .age)
        case .category:
            let hashes = (0..<column.codeCount).map { column.category($0).map { FNV1a.hash($0) | 1 } ?? 0 }
            compared = .texts(
                rows.map { column.codes[$0] == Column.missing ? 0 : hashes[Int(column.codes[$0])] })
        case .list, .signal, .crowd: compared = .none
        }
    }
}
