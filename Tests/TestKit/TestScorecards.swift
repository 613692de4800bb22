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

    /// That by hand, with an attribute of the account's and one of the contact's.
    public static func withEntities() -> Scorecard {
        func attribute(_ name: String, _ one: String, _ other: String) -> Attribute {
            let points = [0.8, -0.6, -0.1, 0, 0]
            let labels = [one, other, "missing", "rare values", "never seen before"]
            return Attribute(
                name: name, reading: .category(.init(bins: [one: 0, other: 1], rare: [])),
                bins: zip(labels, points).map { Bin(label: $0, points: $1, records: 50, positives: 20) })
        }
        var card = byHand()
        card.attributes += [
            attribute("account.industry", "banking", "retail"), attribute("contact.role", "owner", "clerk"),
        ]
        return card
    }

    /// That by hand, with a list, an age and a signal besides, and a pair of `source` and `visits`.
    public static func ofEveryKind() -> Scorecard {
        func bins(_ labels: [String], _ points: [Double]) -> [Bin] {
            zip(labels, points).map { Bin(label: $0, points: $1, records: 50, positives: 20) }
        }
        func levels(_ names: String...) -> Levels {
            Levels(bins: Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) }), rare: [])
        }
        let special = ["missing", "rare values", "never seen before"]
        let plain = byHand()
        return Scorecard(
            entity: .lead, intercept: -0.5,
            attributes: plain.attributes + [
                Attribute(
                    name: "interests", reading: .list(levels("chat", "e-mail", "phone")),
                    bins: bins(["Chat", "E-mail", "Phone"] + special, [0.35, 0.15, -0.2, -0.05, 0, 0])),
                Attribute(
                    name: "lastVisit", reading: .age(edges: [7]),
                    bins: bins(["under 7", "7 and more", "missing", "not a date"], [0.4, -0.3, -0.15, 0])),
                Attribute(
                    name: "email", reading: .signal(.email, levels("business domain", "free-mail domain")),
                    bins: bins(["business domain", "free-mail domain"] + special, [0.45, -0.45, 0, 0, -0.6])),
            ],
            pairs: [
                Pair(
                    first: 0, second: 1, firstGroups: [0, 1, 1, 1, 1], secondGroups: [0, 1, 1, 0, 0],
                    points: [[-0.12, 0.31], [0.04, -0.27]], records: [[50, 60], [70, 80]])
            ],
            missing: plain.missing,
            selection: [
                Choice(attribute: "source", reason: .used, warning: "source: the outcome follows almost from it alone"),
                Choice(attribute: "leadNumber", reason: .identifier),
            ],
            training: .init(asOf: nil, positives: 160, negatives: 190, seed: 1), quality: plain.quality)
    }
}
