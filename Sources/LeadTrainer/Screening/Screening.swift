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
        var judged = JudgedColumns(columns.columns, outcomes: outcomes, folds: folds, lateFilling, options)
        judged.leaveOutTwins()
        judged.findRebuiltOutcome(outcomes, options)
        for (place, column) in columns.columns.enumerated() {
            guard !judged.barred.contains(place) else {
                selection.append(.init(attribute: column.name, reason: .sensitive))
                continue
            }
            let warning = judged.warnings[place]
            let ofStages = stages.warnings.first { $0.attribute == column.name && $0.kind == .closingStage }
            warnings += stages.warnings.filter { $0.attribute == column.name && $0.kind == .stageOrder }
            // If closing stages leave no values, they are the reason why the attribute is constant.
            if let ofStages {
                warnings.append(ofStages)
                if let warning, warning.isOfLeak { warnings.append(warning) }
            } else if let warning {
                warnings.append(warning)
            }
            let reason = warning?.kind.reason ?? .used
            if reason == .used { kept.append(column) }
            selection.append(.init(attribute: column.name, reason: reason, warning: (ofStages ?? warning)?.description))
        }
        let sensitive =
            options.barsSensitive
            ? judged.barred.sorted().map { columns.columns[$0].name } : kept.map(\.name).filter(\.isSensitive)
        warnings += [TrainingWarning.sensitive(sensitive, options)].compactMap(\.self)
        selection = (selection + columns.deselected).sorted { Exact($0.attribute) < Exact($1.attribute) }
    }
}

extension TrainingWarning.Kind {
    /// Why an attribute is not used; nil if it is.
    fileprivate var reason: Scorecard.Choice.Reason? {
        switch self {
        case .constant: .constant
        case .identifier: .identifier
        case .unreadable: .unreadable
        case .excludedSuspect: .excluded
        case .twin: .twin
        default: nil
        }
    }
}

/// The attributes of a table, each with a warning if there is something to say.
private struct JudgedColumns {
    let columns: [Column]
    /// The sensitive ones, if they are barred, and their twins.
    private(set) var barred: Set<Int> = []
    private(set) var warnings: [TrainingWarning?] = []
    /// What pairs are tried with, of the attributes that are neither left out nor suspected.
    private var candidates: [Int: RebuiltOutcome.Candidate] = [:]
    private let sample: [Int]

    init(
        _ columns: [Column], outcomes: [Bool], folds: Folds, _ lateFilling: LateFilling, _ options: TrainingOptions
    ) {
        self.columns = columns
        sample = RebuiltOutcome.sample(outcomes)
        if options.barsSensitive { barred = Set(columns.indices.filter { columns[$0].name.isSensitive }) }
        for place in columns.indices {
            guard !barred.contains(place) else {
                warnings.append(nil)
                continue
            }
            var warning = judge(place, outcomes, folds, options)
            if warning?.isOfLeak ?? true {
                warning = lateFilling.warning(columns[place].name, options) ?? warning
            }
            if warning != nil { candidates[place] = nil }
            warnings.append(warning)
        }
    }

    private mutating func judge(
        _ place: Int, _ outcomes: [Bool], _ folds: Folds, _ options: TrainingOptions
    ) -> TrainingWarning? {
        let column = columns[place]
        if let warning = column.identifier { return warning }
        let rows = Array(outcomes.indices)
        let binning = Binning(column, counts: column.counts(rows: rows), most: options.bins, options: options)
        let features = BinnedTable([column], [binning], rows: rows).attributes
        let others = features.map { $0.othersThanMost }.max() ?? 0
        if others < options.minimumOfEachValue {
            let sameness = column.sameness(
                rows, others: others, options.entity.plural, least: options.minimumOfEachValue)
            // Dates after the creation count as missing, so those after the close often leave nothing.
            let late = column.lateDates.map { "\(column.name) is left out: it \($0.words(options.entity))" }
            return TrainingWarning(kind: .constant, attribute: column.name, description: late ?? sameness)
        }
        if let late = column.lateDates { return late.warning(column.name, options) }
        // Each choice of a list is tested alone, and whether there is a list at all.
        let suspicions = features.map { feature in
            LeakSuspicion(
                codes: feature.codes, binCount: feature.binCount,
                orderedCount: column.kind == .category ? 0 : feature.orderedCount,
                singles: feature.singles(of: column),
                missingBin: feature.part == .whole
                    ? binning.missingBin : feature.part == .option(binning.missingBin) ? 1 : nil,
                columns: columns.count, outcomes: outcomes, folds: folds)
        }
        if column.kind != .list, let feature = features.first, let suspicion = suspicions.first {
            candidates[place] = .init(column, feature, rows: sample, auc: suspicion.auc)
        }
        return suspicions.lazy.compactMap { $0.warning(column.name, options) }.first
    }

    mutating func leaveOutTwins() {
        let open = columns.indices.filter { warnings[$0]?.isOfLeak ?? true }
        let twins = Twins(open.map { columns[$0] }).twins.map { (left: open[$0.left], kept: open[$0.kept], $0.isCopy) }
        // What says the same as a barred attribute is barred too.
        let barredTwins = Set(twins.filter { barred.contains($0.left) || barred.contains($0.kept) }.map(\.kept))
        for (left, kept, isCopy) in twins {
            candidates[left] = nil
            if barredTwins.contains(kept) {
                barred.formUnion([left, kept])
                candidates[kept] = nil
                continue
            }
            let (name, other) = (columns[left].name, columns[kept].name)
            warnings[left] = TrainingWarning(
                kind: .twin, attribute: name,
                description: "\(name) is left out: "
                    + (isCopy ? "it is a copy of \(other)" : "it says the same as \(other), value for value"))
        }
    }

    mutating func findRebuiltOutcome(_ outcomes: [Bool], _ options: TrainingOptions) {
        let places = candidates.keys.sorted()
        let rebuilt = RebuiltOutcome(places.compactMap { candidates[$0] }, outcomes: sample.map { outcomes[$0] })
        for pair in rebuilt.pairs {
            guard let place = places.first(where: { columns[$0].name == pair.left }) else { continue }
            let figure = "AUC 0.\(min(99, Int((pair.auc * 100).rounded(.down))))"
            warnings[place] = .leak(
                pair.left, "and \(pair.other) together separate the outcomes almost perfectly (\(figure))",
                otherwise: ": exclude one that is filled in or changed after the outcome is known", options)
        }
    }
}

extension BinnedTable.Attribute {
    /// Rows that do not fall into the bin that most do.
    fileprivate var othersThanMost: Int {
        var counts = [Int](repeating: 0, count: binCount)
        for code in codes { counts[Int(code)] += 1 }
        return codes.count - (counts.max() ?? 0)
    }

    /// By bin of a number, whether all its records have one value.
    fileprivate func singles(of column: Column) -> [Bool] {
        guard column.kind == .number, orderedCount > 0 else { return [] }
        var (values, singles) = ([UInt16?](repeating: nil, count: binCount), [Bool](repeating: true, count: binCount))
        for (row, bin) in codes.enumerated() where Int(bin) < orderedCount {
            let code = column.codes[row]
            if values[Int(bin)] == nil { values[Int(bin)] = code }
            let numbers = column.numbers[Int(code)]
            if values[Int(bin)] != code || numbers.low != numbers.high { singles[Int(bin)] = false }
        }
        return singles
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

extension String {
    /// Whether an attribute of this name is sensitive.
    fileprivate var isSensitive: Bool { SensitiveAttribute(nameOfAttribute: self) != nil }
}
