/// Folds of the rows, to measure how well one attribute alone predicts each fold from the others.
struct Folds {
    let count: Int
    /// By row.
    let ofRow: [Int]

    /// - Parameter indices: the indices of the rows' records; the remainder of each is its fold. If that leaves a
    ///   fold without one of the outcomes (data in a regular pattern), the rows of each outcome are dealt out in
    ///   turn.
    init(_ count: Int, indices: [Int], outcomes: [Bool]) {
        self.count = count
        let plain = indices.map { $0 % count }
        let seen = Set(zip(plain, outcomes).map { $0 * 2 + ($1 ? 1 : 0) })
        guard seen.count < 2 * count else {
            ofRow = plain
            return
        }
        var dealt = [0, 0]
        ofRow = outcomes.map { outcome in
            defer { dealt[outcome ? 1 : 0] += 1 }
            return dealt[outcome ? 1 : 0] % count
        }
    }

    func test(_ fold: Int) -> [Int] { ofRow.indices.filter { ofRow[$0] == fold } }
}
