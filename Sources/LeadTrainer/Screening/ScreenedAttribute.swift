import LeadModel

/// What a training would make of an attribute.
public struct ScreenedAttribute: Sendable {
    /// "number", "category", "date", "list", "text", "e-mail", "name" or "phone".
    public let kind: String
    public let name: String
    public let reason: Scorecard.Choice.Reason
    public let warnings: [TrainingWarning]

    public var isSuspected: Bool { warnings.contains { $0.kind == .suspectedLeak } }
}

extension Trainer {
    /// Reads and screens the attributes of a table as a training does, without the training. The table is consumed.
    ///
    /// - Returns: the attributes by name; nil if there are fewer than ten records of an outcome, from which nothing can be
    ///   concluded.
    public static func screen(_ table: TrainingTable) -> [ScreenedAttribute]? {
        let options = table.options
        table.sort()
        let window = TrainingWindow(table)
        let outcomes = window.inside.map { table.outcomes[$0] }
        let positives = outcomes.count { $0 }
        guard min(positives, outcomes.count - positives) >= 10 else { return nil }
        var columns = table.takeColumns(rows: window.inside, asOf: window.asOf ?? table.newestDate)
        let notes = columns.notes
        let stages = StageScreening(
            &columns, outcomes: outcomes, times: { table.stageTimes($0.map { window.inside[$0] }) }, open: table.open,
            options: options)
        let screening = Screening(
            columns, outcomes: outcomes, folds: Folds(5, indices: window.inside, outcomes: outcomes),
            lateFilling: table.lateFilling, stages: stages, options: options)
        return screening.selection.compactMap { choice in
            guard let column = columns.columns.first(where: { $0.name == choice.attribute }) else { return nil }
            return ScreenedAttribute(
                kind: column.kindWord, name: column.name, reason: choice.reason,
                warnings: (notes + screening.warnings).filter { $0.attribute == column.name })
        }
    }
}

extension Column {
    fileprivate var kindWord: String {
        switch kind {
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
