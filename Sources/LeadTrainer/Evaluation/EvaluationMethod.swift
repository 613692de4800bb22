import LeadModel

/// How an evaluation splits the closed records into those it trains on and those it holds out and scores.
public enum EvaluationMethod: Equatable, Sendable {
    /// Five folds by row number as `folds`; of fewer than 400 records five stratified folds, drawn five times.
    case usual(rows: [Int])
    /// Folds that are drawn again and again, each with its share of both outcomes. The figures are means over the
    /// repeats: with few records, which of them fall into one fold moves a figure more than the learner does.
    case repeatedFolds(Int, repeats: Int)
    /// Fold = row number modulo the count. By record: the number of its row in the file, from 0; rows without outcome
    /// count, so that a file's folds do not depend on what is open.
    case folds(Int, rows: [Int])
    /// By record: the fold that the data names.
    case named([String])
    /// Trains on the oldest records by creation and scores the newest, as a model meets the future.
    case timeOrdered
}

/// One training and what it is tried on.
struct EvaluationPart: Equatable {
    /// "fold 2 of 5", "fold north", "the newest 20 %", "fold 2 of 5, repeat 3".
    var name: String
    /// Within a repeat no record is held out twice.
    var repeatNumber = 0
    /// Indices of records, rising. No record is in both.
    var training: [Int]
    var test: [Int]
}

extension EvaluationMethod {
    /// Of the time-ordered hold-out.
    static let trainingShare = 0.8
    static let mostFolds = 100
    /// Fewer are few,
    public static let few = 400
    static let usualFolds = 5
    /// and their folds are drawn so many times.
    public static let usualRepeats = 5
    /// The least number of records of each outcome that a part trains on. Below it the scorecards of the parts say too
    /// little about that of all records.
    static let leastOfEachOutcome = 20

    var name: String {
        switch self {
        case .usual, .folds: "folds"
        case .repeatedFolds: "repeated folds"
        case .named: "fold column"
        case .timeOrdered: "time order"
        }
    }

    /// The method that `usual` stands for.
    ///
    /// - Parameter count: of the records that take part.
    func resolved(count: Int) -> EvaluationMethod {
        guard case .usual(let rows) = self else { return self }
        return count < Self.few
            ? .repeatedFolds(Self.usualFolds, repeats: Self.usualRepeats) : .folds(Self.usualFolds, rows: rows)
    }

    /// The one place where folds are made.
    ///
    /// - Parameters:
    ///   - inside: indices of the records that take part, rising.
    ///   - first: of a record that resembles an earlier one, which that is. Both lie in one fold, but for folds that the
    ///     data names; otherwise what a part holds out is not trained on in another's likeness.
    func parts(
        _ records: [TrainingRecord], inside: [Int], first: [Int: Int] = [:]
    ) throws(EvaluationError) -> [EvaluationPart] {
        let parts = try self.parts(records, inside: inside) { first[$0] ?? $0 }
        guard !first.isEmpty else { return parts }
        return parts.map { part in
            let held = Set(part.test.map { first[$0] ?? $0 })
            var part = part
            part.training.removeAll { held.contains(first[$0] ?? $0) }
            return part
        }
    }

    private func parts(
        _ records: [TrainingRecord], inside: [Int], first: (Int) -> Int
    ) throws(EvaluationError) -> [EvaluationPart] {
        switch resolved(count: inside.count) {
        case .usual: preconditionFailure("a resolved method")
        case .repeatedFolds(let count, let repeats):
            guard (2...Self.mostFolds).contains(count) else { throw .foldCount(count) }
            var parts: [EvaluationPart] = []
            for number in 0..<repeats {
                let folds = Self.stratified(records, inside, count: count, repeat: number)
                parts += try Self.folds(inside) {
                    folds[first($0)] ?? 0
                } name: {
                    "fold \($0 + 1) of \(count), repeat \(number + 1)"
                }.map {
                    EvaluationPart(name: $0.name, repeatNumber: number, training: $0.training, test: $0.test)
                }
            }
            return parts
        case .folds(let count, let rows):
            guard (2...Self.mostFolds).contains(count) else { throw .foldCount(count) }
            return try Self.folds(inside) {
                rows[first($0)] % count
            } name: {
                "fold \($0 + 1) of \(count)"
            }
        case .named(let names):
            return try Self.folds(inside) {
                FoldName(names[$0])
            } name: {
                "fold \($0.text)"
            }
        case .timeOrdered: return [try Self.timeOrdered(records, inside: inside)]
        }
    }

    private static func folds<Key: Hashable & Comparable>(
        _ inside: [Int], of key: (Int) -> Key, name: (Key) -> String
    ) throws(EvaluationError) -> [EvaluationPart] {
        let byKey = Dictionary(grouping: inside, by: key)
        guard byKey.count > 1 else { throw .oneFold }
        guard byKey.count <= mostFolds else { throw .foldCount(byKey.count) }
        return byKey.sorted { $0.key < $1.key }.map { fold, test in
            let held = Set(test)
            return EvaluationPart(name: name(fold), training: inside.filter { !held.contains($0) }, test: test)
        }
    }

    /// By record: its fold. The seed is fixed: the same records have the same folds, whatever the options of training.
    private static func stratified(
        _ records: [TrainingRecord], _ inside: [Int], count: Int, repeat number: Int
    ) -> [Int: Int] {
        var random = SplitMix64(seed: 1).split(UInt64(number))
        var positives = inside.filter { records[$0].isPositive }
        var negatives = inside.filter { !records[$0].isPositive }
        positives.shuffle(by: &random)
        negatives.shuffle(by: &random)
        // Dealt in turn, so that folds differ by at most one record, of each outcome and of both.
        let dealt = (positives + negatives).enumerated().map { ($1, $0 % count) }
        return Dictionary(uniqueKeysWithValues: dealt)
    }

    /// The cut is the one between two moments of creation that comes nearest to the share, the earlier of two equally
    /// near: records of one moment stay together, and none that is held out is older than one trained on.
    private static func timeOrdered(
        _ records: [TrainingRecord], inside: [Int]
    ) throws(EvaluationError) -> EvaluationPart {
        let dated = inside.compactMap { index in records[index].createdAt.map { (moment: $0, index: index) } }
        guard !dated.isEmpty else { throw .undated }
        let sorted = dated.sorted { ($0.moment, $0.index) < ($1.moment, $1.index) }
        let cuts = (1..<sorted.count).filter { sorted[$0 - 1].moment < sorted[$0].moment }
        func distance(_ cut: Int) -> Double { abs(Double(cut) - trainingShare * Double(sorted.count)) }
        guard let cut = cuts.min(by: { distance($0) < distance($1) }) else { throw .oneMoment }
        let share = 100 * Double(sorted.count - cut) / Double(sorted.count)
        return EvaluationPart(
            name: "the newest \(Int(share.rounded())) %", training: sorted[..<cut].map(\.index).sorted(),
            test: sorted[cut...].map(\.index).sorted())
    }
}

/// In the order in which people count: numbers by size, before all other names.
private struct FoldName: Hashable, Comparable {
    var text: String
    private var number: Double

    init(_ text: String) { (self.text, number) = (text, JSONNumber.parse(text) ?? .infinity) }

    static func < (a: FoldName, b: FoldName) -> Bool { (a.number, Exact(a.text)) < (b.number, Exact(b.text)) }
}
