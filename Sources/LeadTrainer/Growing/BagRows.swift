import LeadModel

/// The rows that a bag learns from, and the rows that it is tested on.
struct BagRows: Sendable {
    /// Rising; each once.
    private(set) var inside: [Int32] = []
    /// By row inside: how often it was drawn.
    private(set) var weights: [Float] = []
    /// Rising. All rows that were not drawn, or a part of them if there are very many.
    private(set) var outOfBag: [Int32] = []

    /// A bootstrap sample within each outcome: as many rows of each outcome as there are, drawn with replacement, so
    /// that about 37 % stay out. If there are more rows than `most`, only `most` are drawn in all, and half as many
    /// are tested. This bounds the work per bag, and other bags see the rows that one bag misses.
    ///
    /// - Parameter group: by row; of a group of which a row is drawn, no row is tested.
    init(_ outcomes: [Bool], group: [Int], most: Int, generator: inout SplitMix64) {
        var drawn = [UInt16](repeating: 0, count: outcomes.count)
        for outcome in [true, false] {
            let rows = outcomes.indices.filter { outcomes[$0] == outcome }
            let draws = outcomes.count <= most ? rows.count : max(1, rows.count * most / outcomes.count)
            for _ in 0..<draws where !rows.isEmpty {
                let row = rows[generator.index(below: rows.count)]
                drawn[row] = min(drawn[row], UInt16.max - 1) + 1
            }
        }
        var isSeen = [Bool](repeating: false, count: (group.max() ?? -1) + 1)
        for row in drawn.indices where drawn[row] > 0 { isSeen[group[row]] = true }
        for row in drawn.indices {
            if drawn[row] > 0 {
                inside.append(Int32(row))
                weights.append(Float(drawn[row]))
            } else if outcomes.count <= most || generator.index(below: 2 * outcomes.count) < most, !isSeen[group[row]] {
                outOfBag.append(Int32(row))
            }
        }
    }
}
