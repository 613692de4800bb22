import LeadModel

extension Scorecard {
    /// A scorecard written by hand: `source` is a category (web, fair), `visits` a number.
    ///
    /// - Parameter web: the points of `source` web.
    public static func byHand(web: Double = 1) -> Scorecard {
        func bin(_ label: String, _ points: Double) -> Bin {
            Bin(label: label, points: points, records: 50, positives: 20)
        }
        return Scorecard(
            entity: .lead, intercept: -0.5,
            attributes: [
                Attribute(
                    name: "source",
                    reading: .category(.init(bins: ["web": 0, "fair": 1], rare: [])),
                    bins: [
                        bin("web", web), bin("fair", -0.75), bin("missing", 0.1), bin("rare", 0.05), bin("unseen", 0),
                    ]),
                Attribute(
                    name: "visits", reading: .number(edges: [3, 10]),
                    bins: [
                        bin("under 3", -1), bin("3 to 10", 0.25), bin("10 and more", 1.5), bin("missing", -0.2),
                        bin("no number", 0),
                    ]),
            ],
            missing: ["Select"], training: .init(asOf: nil, positives: 60, negatives: 90, seed: 1),
            quality: .init(folds: 5, auc: 0.8, logLoss: 0.5, accuracy: 0.75))
    }
}
