/// Puts reasons into words: the phrase of a reason and what the training records show (the insight).
///
/// Every text follows from the scorecard, the bins, the strength of the share, and the cause of a contradiction between
/// the two, if there is one.
struct Wording: Sendable {
    private let entity: Entity
    private let attributes: [Scorecard.Attribute]
    private let titles: [AttributeTitle]
    private let stages: Scorecard.Stages
    private let training: Scorecard.Training

    init(
        _ entity: Entity, _ attributes: [Scorecard.Attribute], _ stages: Scorecard.Stages,
        _ training: Scorecard.Training
    ) {
        (self.entity, self.attributes, self.stages, self.training) = (entity, attributes, stages, training)
        let short = attributes.map { $0.isDaysInStage ? .timeInStage : AttributeTitle($0.name) }
        let counts = Dictionary(short.map { ($0.text, 1) }, uniquingKeysWith: +)
        // If two attributes have the same short title, both keep their prefixes.
        titles = zip(attributes, short).map {
            counts[$1.text] == 1 ? $1 : AttributeTitle($0.name, keepingPrefix: true)
        }
    }

    /// - Parameters:
    ///   - bins: in rising order; exactly one, except for a list, which has one or more.
    ///   - cause: of the contradiction between the strength and the rates of the bin, if they contradict each other.
    func text(_ strength: Strength, of index: Int, bins: [Int], cause: ShareCause?) -> ReasonText {
        let attribute = attributes[index]
        let shown = shownBin(strength, of: index, bins)
        return ReasonText(
            label: bins.map { attribute.bins[$0].label }.joined(separator: ", "),
            phrase: phrase(strength, of: index, bins: bins),
            insight: insight(of: index, bin: shown) + (cause.map { "; \(text(strength, $0))" } ?? ""))
    }

    /// "Web visits: 3 to 7 — positive", or with the record's own value "Web visits: 5 (3 to 7) — positive".
    func phrase(_ strength: Strength, of index: Int, bins: [Int], own: String? = nil) -> String {
        let value = DescribedBins(attributes[index], titles[index], bins).value
        return "\(titles[index].capitalized): \(own.map { "\($0) (\(value))" } ?? value) — \(strength.words)"
    }

    /// The bin that the insight is about: of a list, of those whose points have the sign of the share, the one with the
    /// most.
    private func shownBin(_ strength: Strength, of index: Int, _ bins: [Int]) -> Int {
        let points = { attributes[index].bins[$0].points }
        let alike = bins.filter { points($0) * Double(strength.sign) >= 0 }
        return (alike.isEmpty ? bins : alike).max { abs(points($0)) < abs(points($1)) } ?? 0
    }

    /// Whether the insight must say why the share differs from what the training records show.
    func contradicts(_ strength: Strength, of index: Int, bins: [Int]) -> Bool {
        strength.contradicts(ShownRates(attributes[index].bins[shownBin(strength, of: index, bins)], training))
    }

    private func text(_ strength: Strength, _ cause: ShareCause) -> String {
        switch cause {
        case .given(let other): "\(strength.words) after accounting for \(titles[other].inSentence)"
        case .combined(let one, let other):
            "\(strength.words) in combination with this \(entity.rawValue)'s "
                + ([one] + (other.map { [$0] } ?? [])).map { titles[$0].inSentence }.joined(separator: " and ")
        case .neighbors: "\(strength.words), like the values next to it"
        case .chance: "chance alone can explain the difference"
        case .others: "\(strength.words) after accounting for the other attributes"
        }
    }

    /// "Of 1,210 leads with industry = Finance, 64 % were qualified (of all leads 38 %), half of them within 3 days of
    /// creation". For time in stage: "Of 80 opportunities with time in stage 2 to 5 months, 12 % were won (of all
    /// opportunities 23 %); half of all won opportunities closed within 12 days of entering their last stage".
    func insight(of index: Int, bin number: Int) -> String {
        let (attribute, bin) = (attributes[index], attributes[index].bins[number])
        let described = DescribedBins(attribute, titles[index], [number])
        guard let rates = ShownRates(bin, training) else {
            return "No closed \(entity.rawValue) in training \(described.isMissing ? "lacked" : "had") this value"
        }
        let positive = entity.outcomes.positive.rawValue
        let (counted, verb) =
            bin.records == 1 ? (entity.rawValue, "was") : (entity.plural, "were")
        let text =
            "Of \(bin.records.grouped) \(counted) \(described.condition), \(rates.rate) \(verb) \(positive) "
            + "(of all \(entity.plural) \(rates.base))"
        if attribute.isDaysInStage {
            guard let days = stages.medianDays else { return text }
            return text + "; half of all \(positive) \(entity.plural) closed within \(Self.days(days)) "
                + "of entering their last stage"
        }
        return bin.medianDays.map { "\(text), half of them within \(Self.days($0)) of creation" } ?? text
    }

    private static func days(_ days: Double) -> String {
        let whole = Int(min(max(1, days.rounded(.up)), 1e9))
        return whole == 1 ? "1 day" : "\(whole.grouped) days"
    }
}

/// The bins that one attribute of a record fell into, in words.
private struct DescribedBins {
    private enum Content {
        case missing, rare, unseen
        /// Labels of the bins of values; a list can hold rare and unseen values too.
        case values([String], hasRare: Bool, hasUnseen: Bool)
    }

    private let attribute: Scorecard.Attribute
    private let title: AttributeTitle
    private let content: Content

    init(_ attribute: Scorecard.Attribute, _ title: AttributeTitle, _ bins: [Int]) {
        (self.attribute, self.title) = (attribute, title)
        let values = bins.filter { $0 < attribute.valueBinCount }
        let hasRare = attribute.rareBin.map(bins.contains) ?? false
        content =
            if bins == [attribute.missingBin] {
                .missing
            } else if values.isEmpty {
                hasRare ? .rare : .unseen
            } else {
                .values(
                    values.map { attribute.bins[$0].label }, hasRare: hasRare,
                    hasUnseen: bins.contains(attribute.unseenBin))
            }
    }

    var isMissing: Bool { if case .missing = content { true } else { false } }

    /// "Finance", "3 to 7", "3 to 7 days ago", "Chat, E-mail and a rare value", "missing".
    var value: String {
        switch content {
        case .missing: return "missing"
        case .rare: return "a rare value"
        case .unseen:
            return switch attribute.reading {
            case .number: "not a number"
            case .age: "not a date"
            case .category, .list, .signal: "a value not seen in training"
            }
        case .values(let labels, let hasRare, let hasUnseen):
            return switch attribute.reading {
            case .category, .signal: labels[0]
            case .number: labels[0].groupedNumbers
            case .list: Self.listed(labels, hasRare, hasUnseen)
            case .age where attribute.isDaysInStage: Self.inDays(labels[0])
            case .age: "\(Self.inDays(labels[0])) ago"
            }
        }
    }

    /// What follows "leads" in an insight: "with industry = Finance", "with web visits 3 to 7", "with industry missing".
    var condition: String {
        switch content {
        case .missing: return "with \(title.inSentence) missing"
        case .rare: return "with a rare value for \(title.inSentence)"
        case .unseen:
            return switch attribute.reading {
            case .number, .age: "with \(title.inSentence) that is \(value)"
            case .category, .list, .signal: "with a new value for \(title.inSentence)"
            }
        case .values(let labels, _, _):
            return switch attribute.reading {
            case .category, .signal: "with \(title.inSentence) = \(value)"
            case .number: "with \(title.inSentence)\(JSONNumber.parse(labels[0]) == nil ? " " : " = ")\(value)"
            case .list: "with \(title.inSentence) including \(value)"
            case .age: "with \(title.inSentence) \(value)"
            }
        }
    }

    /// "Chat, E-mail and a rare value"; of more than four "A, B, C and 2 more".
    private static func listed(_ labels: [String], _ hasRare: Bool, _ hasUnseen: Bool) -> String {
        var all = labels + (hasRare ? ["a rare value"] : []) + (hasUnseen ? ["a value not seen in training"] : [])
        if all.count > 4 { all = all.prefix(3) + ["\((all.count - 3).grouped) more"] }
        return all.count == 1 ? all[0] : all.dropLast().joined(separator: ", ") + " and " + all[all.count - 1]
    }

    private static func inDays(_ label: String) -> String {
        // Labels with edges below a day, or in months and years, have their unit.
        let units = ["second", "minute", "hour", "day", "month", "year"]
        if units.contains(where: { label.contains($0) }) { return label }
        return label == "1" || label == "under 1" ? "\(label) day" : "\(label) days"
    }
}

extension Scorecard.Attribute {
    /// Its age is how long a record has been in its stage.
    fileprivate var isDaysInStage: Bool {
        if case .age = reading { Exact(name) == CoreAttribute.stageSince.name } else { false }
    }
}
