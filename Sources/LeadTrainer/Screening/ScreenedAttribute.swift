import LeadModel

/// What a training would make of an attribute.
public struct ScreenedAttribute: Sendable {
    /// "number", "category", "date", "list", "text", "e-mail", "name" or "phone".
    public let kind: String
    public let name: String
    public let reason: Scorecard.Choice.Reason
    public let warnings: [TrainingWarning]

    /// Sex, age, religion and the like, as its name says.
    public var isSensitive: Bool { reason == .used && SensitiveAttribute(nameOfAttribute: name) != nil }
    public var isSuspected: Bool { warnings.contains { $0.kind == .suspectedLeak } }
}

extension Trainer {
    /// Reads and screens the attributes of a table as a training does, without the training. The table is consumed.
    ///
    /// - Returns: the attributes by name; nil if there are fewer than ten records of an outcome, from which nothing can be
    ///   concluded.
    public static func screen(_ table: TrainingTable) -> [ScreenedAttribute]? {
        table.sort()
        let window = TrainingWindow(table)
        let outcomes = window.inside.map { table.outcomes[$0] }
        let positives = outcomes.count { $0 }
        guard min(positives, outcomes.count - positives) >= 10 else { return nil }
        let screened = ScreenedTable(table, window, outcomes: outcomes)
        return screened.screening.selection.compactMap { choice in
            guard let kind = screened.kinds[choice.attribute] else { return nil }
            return ScreenedAttribute(
                kind: kind.word, name: choice.attribute, reason: choice.reason,
                warnings: screened.warnings.filter { $0.attribute == choice.attribute })
        }
    }
}

extension Column.Kind {
    fileprivate var word: String {
        switch self {
        case .number: "number"
        case .category: "category"
        case .age: "date"
        case .list: "list"
        case .signal(.email): "e-mail"
        case .signal(let signal): signal.rawValue
        case .crowd: "text"
        }
    }
}
