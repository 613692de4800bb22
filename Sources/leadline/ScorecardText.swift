import LeadModel

/// A scorecard as a person reads it on a terminal.
struct ScorecardText {
    let text: String

    init(_ card: Scorecard, title: String) {
        let (training, quality) = (card.training, card.quality)
        let outcomes = card.entity.outcomes
        var table = Table(header: ["attribute", "value", "points", "records", outcomes.positive.rawValue])
        table.rightAligned = [2, 3, 4]
        let ranked = card.attributes.sorted { Self.spread($0) > Self.spread($1) }
        for attribute in ranked {
            for (number, bin) in attribute.bins.enumerated() where bin.records > 0 {
                let share = Int((100 * Double(bin.positives) / Double(bin.records)).rounded())
                table.rows.append([
                    number == 0 ? attribute.name : "", bin.label, decimals(bin.points, 2), "\(bin.records)",
                    "\(share) %",
                ])
            }
        }
        text = """
            \(title): trained on \(training.positives) \(outcomes.positive.rawValue) and \(training.negatives) \
            \(outcomes.negative.rawValue) \(card.entity.plural)\(training.asOf.map { ", as of \($0)" } ?? "")
            AUC \(decimals(quality.auc, 3)), log loss \(decimals(quality.logLoss, 3)), accuracy \
            \(decimals(quality.accuracy * 100, 1)) %, on records that the fit had not seen (\(quality.folds) folds)
            a score begins at \(decimals(card.intercept, 2)) log-odds; each attribute adds its points

            \(table.render())
            """
    }

    /// How far the points of an attribute lie apart.
    private static func spread(_ attribute: Scorecard.Attribute) -> Double {
        let points = attribute.bins.filter { $0.records > 0 }.map(\.points)
        return (points.max() ?? 0) - (points.min() ?? 0)
    }
}
