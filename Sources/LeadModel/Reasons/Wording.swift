/// Says in words what the bins of a scorecard mean: the phrase of a reason, and what the training records tell.
///
/// Every text follows from the scorecard, the bins and the strength of the share.
struct Wording: Sendable {
    private let entity: Entity
    private let attributes: [Scorecard.Attribute]
    private let titles: [AttributeTitle]
    private let stages: Scorecard.Stages

    init(_ entity: Entity, _ attributes: [Scorecard.Attribute], _ stages: Scorecard.Stages = .init()) {
        (self.entity, self.attributes, self.stages) = (entity, attributes, stages)
        let short = attributes.map { AttributeTitle($0.name) }
        let times = Dictionary(short.map { ($0.text, 1) }, uniquingKeysWith: +)
        // Where two would be called the same, they are called by all of their names.
        titles = zip(attributes, short).map { times[$1.text] == 1 ? $1 : AttributeTitle($0.name, whole: true) }
    }

    /// - Parameter bins: rising; one, but of a list one or more.
    func text(_ strength: Strength, of index: Int, bins: [Int]) -> ReasonText {
        let attribute = attributes[index]
        let said = Said(attribute, titles[index], bins)
        // Of a list the strongest of what it holds is told of.
        let told = bins.max { abs(attribute.bins[$0].points) < abs(attribute.bins[$1].points) } ?? 0
        return ReasonText(
            label: bins.map { attribute.bins[$0].label }.joined(separator: ", "), phrase: said.phrase(strength),
            insight: insight(attribute, attribute.bins[told], Said(attribute, titles[index], [told]).condition))
    }

    /// "64 % of 210 leads with industry Finance were qualified, half within 3 days": half of those that were.
    /// Of days in stage: "12 % of 80 opportunities in one stage for 2 to 5 months were won; half of those won were closed
    /// within 12 days of entering their last stage".
    private func insight(_ attribute: Scorecard.Attribute, _ bin: Scorecard.Bin, _ condition: String) -> String {
        guard bin.records > 0 else { return "no closed \(entity.rawValue) was seen \(condition)" }
        let percent = Int((100 * Double(bin.positives) / Double(bin.records)).rounded())
        let counted = bin.records == 1 ? "1 \(entity.rawValue)" : "\(bin.records) \(entity.plural)"
        let verb = bin.records == 1 ? "was" : "were"
        var text = "\(percent) % of \(counted) \(condition) \(verb) \(entity.outcomes.positive.rawValue)"
        if attribute.isDaysInStage {
            guard let days = stages.medianDays else { return text }
            let good = entity.outcomes.positive.rawValue
            return text + "; half of those \(good) were closed within \(inDays(days)) of entering their last stage"
        }
        if let days = bin.medianDays { text += ", half within \(inDays(days))" }
        return text
    }

    private func inDays(_ days: Double) -> String {
        let whole = max(1, Int(days.rounded(.up)))
        return whole == 1 ? "a day" : "\(whole) days"
    }
}

/// What a record says of one attribute.
private struct Said {
    private enum What {
        case missing, rare, unseen
        /// Labels of the values' bins, and whether others stand beside them.
        case values([String], andRare: Bool, andUnseen: Bool)
    }

    private let attribute: Scorecard.Attribute
    private let title: AttributeTitle
    private let what: What
    /// The finding of a signal.
    private let finding: String?

    init(_ attribute: Scorecard.Attribute, _ title: AttributeTitle, _ bins: [Int]) {
        (self.attribute, self.title) = (attribute, title)
        let values = bins.filter { $0 < attribute.valueBinCount }
        let hasRare = attribute.rareBin.map(bins.contains) ?? false
        let hasUnseen = bins.contains(attribute.unseenBin)
        if case .signal(_, let levels) = attribute.reading {
            finding = levels.bins.filter { $0.value == bins.first }.keys.sorted().first
        } else {
            finding = nil
        }
        what =
            if bins == [attribute.missingBin] {
                .missing
            } else if values.isEmpty {
                hasRare ? .rare : .unseen
            } else {
                .values(values.map { attribute.bins[$0].label }, andRare: hasRare, andUnseen: hasUnseen)
            }
    }

    /// Of a reason.
    func phrase(_ strength: Strength) -> String {
        switch what {
        case .values where attribute.isDaysInStage: return "\(described), \(strength.sign)"
        case .missing: return "\(title.text) \(title.verb) missing"
        case .rare: return rare
        case .unseen:
            switch attribute.reading {
            case .number: return "\(title.text) \(title.verb) not a number"
            case .age: return "\(title.text) \(title.verb) not a date"
            case .category, .list, .signal: return "\(kind) never seen before"
            }
        case .values(let labels, let andRare, let andUnseen):
            switch attribute.reading {
            case .category:
                let label = labels[0]
                return title.isKind && Self.isName(label)
                    ? "\(label) is \(strength.adjective) \(title.text)"
                    : "\(title.text) \(title.verb) \(label), \(strength.sign)"
            case .list:
                return "\(title.text) \(Self.listed(labels, andRare, andUnseen)) \(title.verb) \(strength.sign)"
            case .signal(.name, _), .signal(.phone, _):
                return "\(described) \(title.verb) \(strength.sign)"
            case .number, .age, .signal: return "\(described) \(title.verb) \(strength.sign)"
            }
        }
    }

    /// Behind "leads": "with industry Finance", "without industry".
    var condition: String {
        switch what {
        case .missing: return "without \(title.text)"
        case .rare: return "with \(rare)"
        case .unseen:
            switch attribute.reading {
            case .number: return "with \(title.text) that \(title.verb) not a number"
            case .age: return "with \(title.text) that \(title.verb) not a date"
            case .category, .list, .signal: return "with this \(title.text)"
            }
        case .values: return attribute.isDaysInStage ? described : "with \(described)"
        }
    }

    /// "industry Finance", "web visits of 3 to 7", "last visit 3 to 7 days ago", "email at a business domain".
    private var described: String {
        guard case .values(let labels, let andRare, let andUnseen) = what else { return title.text }
        let label = labels[0]
        switch attribute.reading {
        case .category: return "\(title.text) \(label)"
        case .list: return "\(title.text) \(Self.listed(labels, andRare, andUnseen))"
        case .number: return label.startsWithPreposition ? "\(title.text) \(label)" : "\(title.text) of \(label)"
        case .age where attribute.isDaysInStage: return "in one stage for \(Self.inDays(label))"
        case .age: return "\(title.text) \(Self.inDays(label)) ago"
        case .signal(let signal, _):
            switch (signal, finding) {
            case (.email, Signal.Finding.business), (.email, Signal.Finding.free):
                return "\(title.text) at a \(finding ?? "")"
            case (.email, Signal.Finding.noAddress): return "\(title.text) that \(title.verb) no address"
            case (_, Signal.Finding.plausible):
                return title.isPlural ? "plausible \(title.text)" : "a plausible \(title.text)"
            case (_, Signal.Finding.implausible):
                return title.isPlural ? "implausible \(title.text)" : "an implausible \(title.text)"
            default: return "\(title.text) \(label)"
            }
        }
    }

    private var rare: String { title.isKind ? "a rare \(title.text)" : "a rare value of \(title.text)" }
    /// "an industry".
    private var kind: String { title.isKind ? title.withArticle : "a value of \(title.text)" }

    /// Whether one would call something by this label: not a number, not yes or no, not what stands for nothing.
    private static func isName(_ label: String) -> Bool {
        let words: Set = [
            "true", "false", "yes", "no", "y", "n", "on", "off", "none", "unknown", "other", "others", "not specified",
            "n/a", "-", "ja", "nein", "oui", "non", "sí", "si",
        ]
        return !words.contains(label.lowercased()) && JSONNumber.parse(label) == nil
            && label.contains(where: \.isLetter)
    }

    /// "Chat, E-mail and a rare one"; of more than three "A, B, C and 2 more".
    private static func listed(_ labels: [String], _ andRare: Bool, _ andUnseen: Bool) -> String {
        var all = labels + (andRare ? ["a rare one"] : []) + (andUnseen ? ["one never seen before"] : [])
        if all.count > 4 { all = all.prefix(3) + ["\(all.count - 3) more"] }
        return all.count == 1 ? all[0] : all.dropLast().joined(separator: ", ") + " and " + all[all.count - 1]
    }

    private static func inDays(_ label: String) -> String {
        // Edges below a day, or of months and years, bring their own.
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

extension String {
    fileprivate var startsWithPreposition: Bool {
        ["under ", "below ", "over ", "above ", "up to ", "from ", "less ", "more ", "at "].contains(where: hasPrefix)
    }
}
