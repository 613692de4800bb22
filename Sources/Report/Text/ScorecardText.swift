import LeadModel

/// A scorecard as tables.
public struct ScorecardText {
    public let text: String

    public init(_ card: Scorecard, title: String) {
        let (training, quality) = (card.training, card.quality)
        let outcomes = card.entity.outcomes
        var table = Table(header: ["attribute", "value", "points", "records", outcomes.positive.rawValue])
        table.rightAligned = [2, 3, 4]
        let ranked = card.attributes.sorted { Self.spread($0) > Self.spread($1) }
        for attribute in ranked {
            let bins = attribute.bins.filter { $0.records > 0 }
            for (number, bin) in bins.enumerated() {
                let share = Int((100 * Double(bin.positives) / Double(bin.records)).rounded())
                table.rows.append([
                    number == 0 ? attribute.name + attribute.reading.note : "", bin.label, bin.points.decimals(2),
                    bin.records.grouped, "\(share) %",
                ])
            }
        }
        let sets = (card.pairs.isEmpty ? [] : ["pairs"]) + (card.triples.isEmpty ? [] : ["triples"])
        let together = sets.isEmpty ? "" : ", and some \(sets.joined(separator: " and ")) add points together"
        text = """
            \(title): trained on \(training.positives.grouped) \(outcomes.positive.rawValue) and \(training.negatives.grouped) \
            \(outcomes.negative.rawValue) \(card.entity.plural)\(training.asOf.map { ", as of \($0)" } ?? "")
            AUC \(quality.auc.decimals(3)), log loss \(quality.logLoss.decimals(3)), accuracy \
            \((quality.accuracy * 100).decimals(1)) %, \(quality.method)
            the intercept is \(card.intercept.decimals(2)) log-odds; each attribute adds its points\(together)

            \(([table.render()] + Self.pairs(card) + Self.triples(card) + Self.choices(card)).joined(separator: "\n\n"))
            """
    }

    /// The difference of an attribute's highest and lowest points.
    private static func spread(_ attribute: Scorecard.Attribute) -> Double {
        let points = attribute.bins.filter { $0.records > 0 }.map(\.points)
        return (points.max() ?? 0) - (points.min() ?? 0)
    }

    /// Tables of the ten pairs with the widest range of points.
    private static func pairs(_ card: Scorecard) -> [String] {
        func spread(_ pair: Scorecard.Pair) -> Double {
            let points = zip(pair.points.joined(), pair.records.joined()).filter { $1 > 0 }.map(\.0)
            return (points.max() ?? 0) - (points.min() ?? 0)
        }
        let ranked = card.pairs.sorted { spread($0) > spread($1) }
        var texts = ranked.prefix(10).map { Self.grid($0, of: card) }
        if ranked.count > 10 { texts.append("and \(ranked.count - 10) more pairs; --json shows them all") }
        return texts
    }

    /// Of each triple a table for each group of its first attribute.
    private static func triples(_ card: Scorecard) -> [String] {
        card.triples.flatMap { triple in
            (0..<triple.sizes[0]).map { group in
                let name = card.attributes[triple.attributes[0]].name
                return "With \(name.printable) \(triple.layerLabel(group, in: card).printable), "
                    + grid(triple.layer(group), of: card)
            }
        }
    }

    /// A row for each group of the attribute with more groups.
    private static func grid(_ pair: Scorecard.Pair, of card: Scorecard) -> String {
        let (first, second) = (card.attributes[pair.first], card.attributes[pair.second])
        let (rows, columns) = (first.labels(of: pair.firstGroups), second.labels(of: pair.secondGroups))
        let cells = rows.indices.map { row in
            columns.indices.map { column in
                // No training record has this combination.
                pair.records[row][column] == 0 ? "·" : pair.points[row][column].decimals(2)
            }
        }
        let title = "\(first.name) and \(second.name) together"
        if columns.count <= rows.count {
            return grid(title, second.name, columns, rows, cells)
        }
        let turned = columns.indices.map { column in rows.indices.map { cells[$0][column] } }
        return grid(title, first.name, rows, columns, turned)
    }

    private static func grid(
        _ title: String, _ across: String, _ columns: [String], _ rows: [String], _ cells: [[String]]
    ) -> String {
        var table = Table(header: ["(\(across):)"] + columns, rightAligned: Set(1...max(1, columns.count)))
        table.rows = zip(rows, cells).map { [$0] + $1 }
        return "\(title.printable)\n\(table.render())"
    }

    /// Attributes that are left out, and warnings.
    private static func choices(_ card: Scorecard) -> [String] {
        let out = card.selection.filter { !$0.isUsed }.map { "\($0.attribute) (\($0.reason.rawValue))" }
        let fixed = card.fixedAttributes
        let warnings = card.selection.filter(\.isUsed).compactMap(\.warning)
        return (out.isEmpty ? [] : [("left out: " + out.joined(separator: ", ")).printable])
            + (fixed.isEmpty ? [] : [("nobody can change: " + fixed.joined(separator: ", ")).printable])
            + warnings.map { "warning: \($0)".printable }
    }
}

extension Scorecard.Reading {
    /// How the values are read, unless that is obvious.
    fileprivate var note: String {
        switch self {
        case .number, .category: ""
        case .list: " (list)"
        case .age: " (days ago)"
        case .signal(let signal, _): " (as \(signal.rawValue))"
        }
    }
}

extension Scorecard.Attribute {
    /// A label for each group of bins.
    fileprivate func labels(of groups: [UInt16]) -> [String] {
        (0...Int(groups.max() ?? 0)).map { group in
            // Bins without training records are left out, unless all of them are.
            let bins = groups.indices.filter { groups[$0] == group }
            let seen = bins.filter { self.bins[$0].records > 0 }
            return Scorecard.Pair.label(of: seen.isEmpty ? bins : seen, in: self)
        }
    }
}
