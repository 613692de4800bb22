import LeadModel

/// Selects the attributes to learn from, with a warning for each attribute that is left out or suspected.
struct Screening {
    private(set) var kept: [Column] = []
    private(set) var warnings: [TrainingWarning] = []
    /// All attributes of the data, in the order of their names.
    private(set) var selection: [Scorecard.Choice] = []

    /// - Parameters:
    ///   - folds: for how well an attribute alone predicts, measured out of fold.
    ///   - lateFilling: for stored records, which attributes are filled in only after closing.
    init(
        _ columns: TrainingColumns, outcomes: [Bool], folds: Folds, lateFilling: LateFilling, stages: StageScreening,
        options: TrainingOptions
    ) {
        let rows = Array(0..<columns.rowCount)
        for column in columns.columns {
            var warning = Self.warning(of: column, rows, outcomes, folds, options)
            if warning?.isOfLeak ?? true { warning = lateFilling.warning(column.name, options) ?? warning }
            let ofStages = stages.warnings.first { $0.attribute == column.name && $0.kind == .closingStage }
            warnings += stages.warnings.filter { $0.attribute == column.name && $0.kind == .stageOrder }
            // If closing stages leave no values, they are the reason why the attribute is constant.
            if let ofStages {
                warnings.append(ofStages)
                if let warning, warning.isOfLeak { warnings.append(warning) }
            } else if let warning {
                warnings.append(warning)
            }
            let reason: Scorecard.Choice.Reason =
                switch warning?.kind {
                case .constant: .constant
                case .identifier: .identifier
                case .unreadable: .unreadable
                case .excludedSuspect: .excluded
                default: .used
                }
            if reason == .used { kept.append(column) }
            selection.append(.init(attribute: column.name, reason: reason, warning: (ofStages ?? warning)?.description))
        }
        selection = (selection + columns.deselected).sorted { Exact($0.attribute) < Exact($1.attribute) }
    }

    private static func warning(
        of column: Column, _ rows: [Int], _ outcomes: [Bool], _ folds: Folds, _ options: TrainingOptions
    ) -> TrainingWarning? {
        if let warning = column.identifier { return warning }
        let plural = options.entity.plural
        let binning = Binning(column, counts: column.counts(rows: rows), most: options.bins, options: options)
        let features = BinnedTable([column], [binning], rows: rows).attributes
        let others = features.map { $0.othersThanMost }.max() ?? 0
        if others < options.minimumOfEachValue {
            return TrainingWarning(
                kind: .constant, attribute: column.name,
                description: column.sameness(rows, others: others, plural, least: options.minimumOfEachValue))
        }
        // Each choice of a list is tested alone.
        let suspicions = features.compactMap { feature in
            LeakSuspicion(
                codes: feature.codes, binCount: feature.binCount,
                orderedCount: column.kind == .category ? 0 : feature.orderedCount,
                missingBin: feature.option == nil ? binning.missingBin : nil, outcomes: outcomes, folds: folds
            ).warning(column.name, options)
        }
        return suspicions.first
    }
}

extension BinnedTable.Attribute {
    /// Rows that do not fall into the bin that most do.
    fileprivate var othersThanMost: Int {
        var counts = [Int](repeating: 0, count: binCount)
        for code in codes { counts[Int(code)] += 1 }
        return codes.count - (counts.max() ?? 0)
    }
}

extension Column {
    /// A warning if nearly all its values are different. For a number, its name or the shape of its values must also show
    /// that it is no quantity: measurements differ from record to record too.
    fileprivate var identifier: TrainingWarning? {
        guard filled >= 20 else { return nil }
        let reason: String
        switch kind {
        case .age, .list, .signal: return nil
        case .number:
            guard different == filled, isWhole else { return nil }
            if hasNameOfIdentifier {
                reason = "each of its integers occurs once, and its name is that of an id"
            } else if isCounter {
                reason = "its integers count up or down from record to record"
            } else if filled >= 500, hasShapeOfIdentifier {
                reason = "each of its integers occurs once, and all have about the same length"
            } else {
                return nil
            }
        case .category, .crowd:
            guard different * 10 >= filled * 9 else { return nil }
            if isUnreadable {
                return TrainingWarning(
                    kind: .unreadable, attribute: name,
                    description: "\(name) is left out: only some of its values are numbers or dates")
            }
            reason = "nearly every value occurs only once"
        }
        return TrainingWarning(
            kind: .identifier, attribute: name, description: "\(name) is left out because it is an id: \(reason)")
    }

    /// Six digits or more, and the largest less than ten times the least.
    private var hasShapeOfIdentifier: Bool {
        guard let least = numbers.first?.low, let most = numbers.last?.high else { return false }
        return least >= 100_000 && most < 10 * least
    }

    /// Why nothing can be learnt from it: it is the same for nearly all records, or each of its values is too rare.
    ///
    /// - Parameter others: records that differ from the most.
    fileprivate func sameness(_ rows: [Int], others: Int, _ plural: String, least: Int) -> String {
        if kind == .category, filled > others, !counts(rows: rows).contains(where: { $0 >= least }) {
            return "\(name) is left out: no value occurs in \(least) or more \(plural)"
        }
        let but = others == 0 ? "all" : "all but \(others.grouped) of \(rows.count.grouped)"
        // The texts differ; what the signal finds in them does not.
        let what = if case .signal = kind { "the kind of text is" } else { "it is" }
        return "\(name) is left out: \(what) the same for \(but) \(plural)"
    }

    private var hasNameOfIdentifier: Bool {
        [
            "id", "ids", "uid", "guid", "uuid", "number", "no", "nr", "num", "key", "identifier", "ref", "reference",
            "serial", "phone", "index", "row",
        ].contains(name.nameWords.last)
    }
}
