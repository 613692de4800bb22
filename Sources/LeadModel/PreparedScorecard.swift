/// What follows from a scorecard, worked out once and shared by its copies. Since it follows, all are equal.
final class PreparedScorecard: Equatable, Sendable {
    /// How values find their bins.
    let lookup: BinLookup
    let tables: PointTables
    /// What the bins tell, as results write it.
    let rendering = Rendering()

    init(
        _ entity: Entity, _ attributes: [Scorecard.Attribute], _ pairs: [Scorecard.Pair], missing: [String],
        _ training: Scorecard.Training
    ) {
        lookup = BinLookup(attributes, missing: missing)
        tables = PointTables(attributes, pairs)
    }

    static func == (a: PreparedScorecard, b: PreparedScorecard) -> Bool { true }
}
