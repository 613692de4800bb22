import LeadModel

/// Which attributes are worth learning from, and what to tell of the others.
struct Screening {
    private(set) var kept: [Column] = []
    private(set) var warnings: [TrainingWarning] = []
    /// All attributes of the data, in the order of their names.
    private(set) var selection: [Scorecard.Choice] = []

    /// - Parameters:
    ///   - folds: for what an attribute alone tells, measured on rows that were not counted.
    ///   - lateFilling: of stored records, which attributes are filled in only after closing.
    init(
        _ columns: TrainingColumns, outcomes: [Bool], folds: Folds, lateFilling: LateFilling, stages: StageScreening,
        options: TrainingOptions
    ) {
        let rows = Array(0..<columns.rowCount)
        for column in columns.columns {
            var warning = Self.warning(of: column, rows, outcomes, folds, options)
            if warning == nil || warning?.kind == .suspectedLeak {
                warning = lateFilling.warning(column.name, plural: options.entity.plural) ?? warning
            }
            let ofStages = stages.warnings.first { $0.attribute == column.name && $0.kind == .closingStage }
            warnings += stages.warnings.filter { $0.attribute == column.name && $0.kind == .stageOrder }
            // Where closing stages leave nothing, they are why it is always the same.
            if let ofStages {
                warnings.append(ofStages)
                if warning?.kind == .suspectedLeak, let warning { warnings.append(warning) }
            } else if let warning {
                warnings.append(warning)
            }
            let reason: Scorecard.Choice.Reason =
                switch warning?.kind {
                case .constant: .constant
                case .identifier: .identifier
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
        // Of a list, each choice is looked at alone.
        let suspicions = features.compactMap { feature in
            LeakSuspicion(
                codes: feature.codes, binCount: feature.binCount,
                orderedCount: column.kind == .category ? 0 : feature.orderedCount,
                missingBin: feature.option == nil ? binning.missingBin : nil, outcomes: outcomes, folds: folds
            ).warning(column.name, plural: plural)
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
    /// A warning if its values are nearly all different: a text's always, a number's if name or shape says that it is
    /// no quantity. Honest measures differ from record to record too.
    fileprivate var identifier: TrainingWarning? {
        guard filled >= 20 else { return nil }
        let reason: String
        switch kind {
        case .age, .list, .signal: return nil
        case .number:
            guard different == filled, isWhole else { return nil }
            if hasNameOfIdentifier {
                reason = "each of its whole numbers occurs once, and its name is that of an id"
            } else if isCounter {
                reason = "its whole numbers run on from record to record"
            } else if filled >= 500, hasShapeOfIdentifier {
                reason = "each of its whole numbers occurs once, all about equally long"
            } else {
                return nil
            }
        case .category, .crowd:
            guard different * 10 >= filled * 9 else { return nil }
            reason = "nearly each of its values occurs once"
        }
        return TrainingWarning(
            kind: .identifier, attribute: name, description: "\(name) is left out as an id: \(reason)")
    }

    /// Six digits or more, and the largest less than ten times the least.
    private var hasShapeOfIdentifier: Bool {
        guard let least = numbers.first?.low, let most = numbers.last?.high else { return false }
        return least >= 100_000 && most < 10 * least
    }

    /// Why it tells nothing: what is read of it is the same for nearly all, or all its values are too seldom to be read.
    ///
    /// - Parameter others: records that differ from the most.
    fileprivate func sameness(_ rows: [Int], others: Int, _ plural: String, least: Int) -> String {
        if kind == .category, filled > others, !counts(rows: rows).contains(where: { $0 >= least }) {
            return "\(name) is left out: none of its values is that of \(least) \(plural)"
        }
        let but = others == 0 ? "all" : "all but \(others) of \(rows.count)"
        // A signal's texts differ; what is told of them does not.
        let what = if case .signal = kind { "what its texts tell is" } else { "it is" }
        return "\(name) is left out: \(what) the same for \(but) \(plural)"
    }

    private var hasNameOfIdentifier: Bool {
        [
            "id", "ids", "uid", "guid", "uuid", "number", "no", "nr", "num", "key", "identifier", "ref", "reference",
            "serial", "phone", "index", "row",
        ].contains(name.nameWords.last)
    }
}
