import LeadModel

/// How well one attribute alone predicts the outcome, and whether that is better than anything known beforehand should.
///
/// An attribute is suspected by the first rule that holds:
/// 1. Its AUC alone is at least 0.85.
/// 2. At least a third of the records leave it empty, and its AUC alone is at least 0.77: an attribute that only some
///    records have, and that predicts this well, is probably filled in because of the outcome.
/// 3. It is a text, and at least a tenth of the records have values of which 99 % had one outcome, while at most 80 %
///    of all records had it.
///
/// One standard error is subtracted from the AUC, so that few records don't make an honest attribute suspect. In public
/// data sets of leads and customers, the strongest honest attributes reach 0.75 to 0.8, and attributes that are filled in
/// afterwards 0.79 to 1.
struct LeakSuspicion {
    /// Of the attribute's rates of positives, each record's taken from the other folds; averaged over the folds.
    let auc: Double
    /// The AUC less one standard error.
    let cautiousAUC: Double
    let records: Int
    let empty: Int
    /// Records in bins of one outcome, none of them a number's.
    let decided: Int
    let oneOutcome: OneOutcome?

    static let alone = 0.85
    static let aloneWhereOftenEmpty = 0.77
    static let leastDecided = 0.1

    /// - Parameters:
    ///   - codes: by row, the bin.
    ///   - orderedCount: bins of a number, which stand first.
    ///   - singles: by bin of a number, whether all its records have one value.
    ///   - missingBin: nil for a choice of a list, which is held or not.
    ///   - columns: how many attributes are looked at.
    init(
        codes: [UInt16], binCount: Int, orderedCount: Int, singles: [Bool] = [], missingBin: Int?, columns: Int = 1,
        outcomes: [Bool], folds: Folds
    ) {
        // By fold and bin: positives and all.
        var table = [SIMD2<Double>](repeating: .zero, count: folds.count * binCount)
        for (row, code) in codes.enumerated() {
            table[folds.ofRow[row] * binCount + Int(code)] += SIMD2(outcomes[row] ? 1 : 0, 1)
        }
        let counts = (0..<folds.count).map { Array(table[$0 * binCount..<($0 + 1) * binCount]) }
        let all = (0..<binCount).map { bin in counts.reduce(SIMD2<Double>.zero) { $0 + $1[bin] } }
        let sum = all.reduce(.zero, +)
        records = codes.count
        empty = missingBin.map { Int(all[$0].y) } ?? 0
        auc = counts.reduce(0.0) { $0 + Self.auc(of: $1, among: all) } / Double(folds.count)
        cautiousAUC = auc - Self.standardError(auc, positives: sum.x, negatives: sum.y - sum.x)

        let share = sum.x / max(1, sum.y)
        decided = all.enumerated().reduce(0) { decided, bin in
            let (place, count) = (bin.offset, bin.element)
            guard place >= orderedCount, count.y >= 50 else { return decided }
            let isPositive = count.x >= 0.99 * count.y && share <= 0.8
            let isNegative = count.x <= 0.01 * count.y && share >= 0.2
            return decided + (isPositive || isNegative ? Int(count.y) : 0)
        }
        oneOutcome = OneOutcome(
            bins: all, orderedCount: orderedCount,
            singles: singles.isEmpty ? [Bool](repeating: false, count: binCount) : singles, missingBin: missingBin,
            columns: columns)
    }

    /// A warning that names the attribute and says why.
    func warning(_ name: String, _ options: TrainingOptions) -> TrainingWarning? {
        guard let reason = reason(options.entity) else { return nil }
        return .leak(
            name, reason, otherwise: ": if it is filled in or changed after the outcome is known, exclude it", options)
    }

    private func reason(_ entity: Entity) -> String? {
        let plural = entity.plural
        let figure = "AUC 0.\(min(99, Int((auc * 100).rounded(.down))))"
        if cautiousAUC >= Self.alone { return "alone separates the outcomes almost perfectly (\(figure))" }
        if cautiousAUC >= Self.aloneWhereOftenEmpty, empty * 3 >= records {
            return
                "alone separates the outcomes well (\(figure)) and is empty for \(empty.grouped) of \(records.grouped) \(plural)"
        }
        if decided > 0, Double(decided) >= Self.leastDecided * Double(records) {
            return
                "has values that nearly always go with one outcome, for \(decided.grouped) of \(records.grouped) \(plural)"
        }
        return oneOutcome?.words(entity)
    }

    /// The AUC of one fold's records by the rates of the others, half a record of even chance added to each bin.
    private static func auc(of fold: [SIMD2<Double>], among all: [SIMD2<Double>]) -> Double {
        let rates = zip(all, fold).map { all, own in (all.x - own.x + 0.25) / (all.y - own.y + 0.5) }
        let order = fold.indices.filter { fold[$0].y > 0 }.sorted { (rates[$0], $0) < (rates[$1], $1) }
        let sum = fold.reduce(.zero, +)
        let (positives, negatives) = (sum.x, sum.y - sum.x)
        guard positives > 0, negatives > 0 else { return 0.5 }
        var (pairs, below) = (0.0, 0.0)
        var first = 0
        while first < order.count {
            // Bins of one rate are tied.
            var tied = SIMD2<Double>.zero
            let rate = rates[order[first]]
            while first < order.count, rates[order[first]] == rate {
                tied += fold[order[first]]
                first += 1
            }
            pairs += tied.x * (below + (tied.y - tied.x) / 2)
            below += tied.y - tied.x
        }
        return pairs / (positives * negatives)
    }

    /// Hanley, McNeil: The meaning and use of the area under a ROC curve (1982).
    private static func standardError(_ auc: Double, positives: Double, negatives: Double) -> Double {
        guard positives > 0, negatives > 0 else { return 1 }
        let (both, twice) = (auc / (2 - auc), 2 * auc * auc / (1 + auc))
        let variance = auc * (1 - auc) + (positives - 1) * (both - auc * auc) + (negatives - 1) * (twice - auc * auc)
        return (variance / (positives * negatives)).squareRoot()
    }
}
