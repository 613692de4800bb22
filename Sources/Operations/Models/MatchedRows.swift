import LeadTrainer

/// The closed records that two files have in common, so that evaluations of both can be compared.
public struct MatchedRows {
    /// By matched record, in the order of the first file.
    public private(set) var first: [TrainingRecord] = []
    public private(set) var second: [TrainingRecord] = []
    /// Of the first file, as `ClosedRows` has them.
    public private(set) var numbers: [Int] = []
    public private(set) var folds: [String]?
    /// Closed records that only one of the files has,
    public private(set) var unmatched = 0
    /// and those that ended differently in both. They are left out, as the former are.
    public private(set) var contradicting = 0

    /// Matches by id. Records of one id are matched in their order.
    ///
    /// - Returns: Nil without ids in files of different length: rows can't be matched by their number then.
    public init?(_ one: ClosedRows, _ other: ClosedRows) {
        guard let matched = Self.places(one, other) else { return nil }
        folds = one.folds.map { _ in [] }
        for (index, place) in matched.enumerated() {
            guard let place else {
                unmatched += 1
                continue
            }
            guard one.records[index].isPositive == other.records[place].isPositive else {
                contradicting += 1
                continue
            }
            first.append(one.records[index])
            second.append(other.records[place])
            numbers.append(one.numbers[index])
            if let fold = one.folds?[index] { folds?.append(fold) }
        }
        unmatched += other.records.count - matched.count { $0 != nil }
    }

    /// By closed record of the first file: its place in the second.
    private static func places(_ one: ClosedRows, _ other: ClosedRows) -> [Int?]? {
        guard let ids = one.ids, let others = other.ids else {
            guard one.count == other.count else { return nil }
            let places = Dictionary(uniqueKeysWithValues: other.numbers.enumerated().map { ($1, $0) })
            return one.numbers.map { places[$0] }
        }
        var places: [String: [Int]] = [:]
        for (place, id) in others.enumerated().reversed() { places[id, default: []].append(place) }
        return ids.map { places[$0]?.popLast() }
    }
}
