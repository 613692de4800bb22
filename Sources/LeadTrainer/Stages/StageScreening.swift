import LeadModel

/// Removes closing stages from the columns before training, and orders the other stages.
struct StageScreening {
    /// For the scorecard.
    private(set) var stages = Scorecard.Stages()
    /// For `stage` and `stageSince`.
    private(set) var warnings: [TrainingWarning] = []

    /// - Parameters:
    ///   - times: for the given rows, when each entered its stage and when it was closed.
    init(
        _ columns: inout TrainingColumns, outcomes: [Bool], times: ([Int]) -> [(since: Int64?, closed: Int64?)],
        open: OpenStages,
        options: TrainingOptions
    ) {
        let stageTime = columns.columns.firstIndex { Exact($0.name) == CoreAttribute.stageSince.name }
        defer {
            if let stageTime { stages.medianDays = Self.median(columns.columns[stageTime], outcomes, options) }
        }
        guard let stage = columns.stage, stage.kind == .category else { return }
        let times = times(Array(outcomes.indices))
        var all = ClosingStage()
        var byCode = [ClosingStage](repeating: ClosingStage(), count: stage.codeCount)
        for (row, code) in stage.codes.enumerated() {
            all.add(isPositive: outcomes[row], since: nil, closed: nil)
            guard code != Column.missing else { continue }
            byCode[Int(code)].add(isPositive: outcomes[row], since: times[row].since, closed: times[row].closed)
        }
        let closing = Self.closing(stage, byCode, all, open, options)
        var isGone = closing
        if !closing.isEmpty {
            stages.closing = closing.map(stage.spelling).sorted { Exact($0) < Exact($1) }
            var together = ClosingStage()
            for code in closing {
                together.records += byCode[code].records
                together.positives += byCode[code].positives
            }
            let isAll = together.records == stage.codes.count { $0 != Column.missing }
            let revealsOutcome = !isAll && together.revealsOutcomeByAbsence(among: all)
            if revealsOutcome { isGone = Set(0..<stage.codeCount) }
            for name in [CoreAttribute.stage, .stageSince] where columns.has(name.name) {
                warnings.append(
                    warning(
                        name.rawValue, isAll: isAll, revealsOutcome: revealsOutcome, plural: options.entity.plural))
            }
        }
        if !isGone.isEmpty {
            let rows = stage.codes.indices.filter { row in
                stage.codes[row] != Column.missing && isGone.contains(Int(stage.codes[row]))
            }
            columns.clear(rows, of: [CoreAttribute.stage.name, CoreAttribute.stageSince.name])
        }
        // The scorecard leaves out stages with fewer records.
        let known = Self.named(stage, byCode).filter {
            !isGone.contains($0.code) && byCode[$0.code].records >= options.minimumOfEachValue
        }
        let order = StageOrder(given: options.stageOrder, stages: known.map { ($0.category, $0.spelling) })
        stages.order = isGone.count == stage.codeCount ? [] : order.names
        guard !order.names.isEmpty else { return }
        columns.rank(CoreAttribute.stage.name, by: order.rank)
        let unnamed = known.filter { order.rank($0.category) == nil }.map(\.spelling).sorted { Exact($0) < Exact($1) }
        if !unnamed.isEmpty, columns.has(CoreAttribute.stage.name) {
            warnings.append(
                TrainingWarning(
                    kind: .stageOrder, attribute: CoreAttribute.stage.rawValue,
                    description:
                        "stage: \(Self.listed(unnamed)) \(unnamed.count == 1 ? "is" : "are") missing from the given order "
                        + "of stages"))
        }
    }

    /// The stages that have records and stand for exactly one text or number.
    private static func named(
        _ stage: Column, _ byCode: [ClosingStage]
    ) -> [(code: Int, category: String, spelling: String)] {
        byCode.indices.compactMap { code in
            guard byCode[code].records > 0, let category = stage.category(code) else { return nil }
            return (code, category, stage.spelling(code))
        }
    }

    private static func closing(
        _ stage: Column, _ byCode: [ClosingStage], _ all: ClosingStage, _ open: OpenStages, _ options: TrainingOptions
    ) -> Set<Int> {
        let named = named(stage, byCode)
        let order = StageOrder(given: options.stageOrder, stages: named.map { ($0.category, $0.spelling) })
        let lastMixed = named.filter { !byCode[$0.code].isNearlyPure(among: all) }.compactMap {
            order.rank($0.category)
        }
        .max()
        let closing = named.filter { code, category, _ in
            let isLate = order.rank(category).map { $0 > lastMixed ?? -1 }
            return byCode[code].isNearlyPure(among: all)
                && byCode[code].isReachedByClosing(category, among: all, open: open, isLate: isLate)
        }
        return Set(closing.map(\.code))
    }

    private static func listed(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }

    private func warning(_ name: String, isAll: Bool, revealsOutcome: Bool, plural: String) -> TrainingWarning {
        let what = "\(Self.listed(stages.closing)) \(stages.closing.count == 1 ? "is" : "are")"
        let text =
            "\(name) counts as missing for \(isAll || revealsOutcome ? "all \(plural)" : "some \(plural)"): \(what) "
            + "only entered by closing, which reveals the outcome"
        let rest =
            revealsOutcome
            ? "; so does being in any other stage, since nearly all records of one outcome are in them" : ""
        return TrainingWarning(kind: .closingStage, attribute: name, description: text + rest)
    }

    /// The median days in stage of the positives.
    private static func median(_ column: Column, _ outcomes: [Bool], _ options: TrainingOptions) -> Double? {
        guard column.kind == .age else { return nil }
        let days = column.codes.indices.compactMap { row -> Double? in
            let code = column.codes[row]
            guard outcomes[row], code != Column.missing, Int(code) < column.numbers.count else { return nil }
            return column.numbers[Int(code)].low
        }
        return Fitting.median(days, least: options.minimumOfEachValue)
    }
}
