/// What follows from a scorecard, worked out once and shared by its copies. Since it follows, all are equal.
final class PreparedScorecard: Equatable, Sendable {
    /// How values find their bins.
    let lookup: BinLookup
    let tables: PointTables
    let texts: ReasonTexts
    /// By attribute: how far its points move a training record in the mean.
    let weights: [Double]

    init(
        _ entity: Entity, _ attributes: [Scorecard.Attribute], _ pairs: [Scorecard.Pair], _ triples: [Scorecard.Triple],
        _ missing: MissingValues,
        _ stages: Scorecard.Stages, _ training: Scorecard.Training
    ) {
        lookup = BinLookup(attributes, missing, closing: ClosingStages(stages))
        tables = PointTables(attributes, pairs, triples)
        texts = ReasonTexts(
            Wording(entity, attributes, stages, training), ShareCauses(attributes, pairs, triples, training),
            attributes, tables)
        weights = attributes.map(\.weight)
    }

    static func == (a: PreparedScorecard, b: PreparedScorecard) -> Bool { true }
}
