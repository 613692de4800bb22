import LeadModel
import Ledger
import Report
import Views

/// How scored records turned out, as findings and tables.
struct OutcomesText {
    private let outcomes: Outcomes
    private let org: String
    private let entity: Entity
    private let width: Int

    init(_ view: OutcomesView, width: Int) {
        (org, entity) = (view.question.organization, view.question.entity)
        (outcomes, self.width) = (view.outcomes, width)
    }

    private var all: OutcomeGroup { outcomes.all }
    private var good: String { entity.outcomes.positive.rawValue }

    /// - Parameter isChosen: whether --by chose the tables.
    func text(_ tables: [OutcomesCommand.Breakdown], isChosen: Bool) -> String {
        var sections = [head]
        if all.conversion.records > 0 {
            sections.append(
                OutcomeFindings(all, entity).sentences.map { "- " + $0.wrapped(width - 2, indent: 2) }
                    .joined(separator: "\n"))
            for table in OutcomesCommand.Breakdown.allCases where tables.contains(table) {
                switch table {
                case .grade: sections.append(grades)
                case .band: sections += [bands] + (isChosen ? [] : [calibration])
                case .month: sections.append(groups("month", outcomes.months.map { ($0.month.text, $0.group) }))
                case .version:
                    sections.append(groups("model", outcomes.versions.map { ($0.model.description, $0.group) }))
                }
            }
        }
        return sections.joined(separator: "\n\n")
    }

    private var head: String {
        let without = outcomes.withoutScore
        let left =
            without == 0 ? "" : "; \(without.grouped) more had no score when they were closed and are not counted"
        guard all.conversion.records > 0 else {
            return "\(org): the ledger has no closed \(entity.rawValue) with a score\(left)".wrapped(width)
        }
        return
            "\(org): \(all.conversion.records.grouped) scored \(entity.plural) were closed, \(all.conversion.positives.grouped) of them \(good) (\(Self.rate(all.conversion)))\(left)."
            .wrapped(width)
    }

    private var grades: String {
        conversions("grade", all.grades.map { ($0.grade.rawValue, $0.conversion) })
    }

    private var bands: String {
        // The best first, as the grades.
        conversions(
            "score", all.bands.reversed().map { ("\($0.scores.lowerBound)–\($0.scores.upperBound)", $0.conversion) })
    }

    private func conversions(_ name: String, _ rows: [(name: String, conversion: Conversion)]) -> String {
        var table = Table(header: [name, entity.plural, good, "rate", "95 %", ""], rightAligned: [1, 2, 3, 4])
        for (name, conversion) in rows {
            table.rows.append(
                [name, conversion.records.grouped, conversion.positives.grouped] + Self.cells(conversion)
                    + [String(repeating: "█", count: Int(((conversion.rate ?? 0) * Double(width - 56)).rounded()))])
        }
        return table.render()
    }

    private var calibration: String {
        var table = Table(
            header: ["predicted", entity.plural, "observed \(good)", "95 %", ""], rightAligned: [0, 1, 2, 3])
        for bin in all.calibration {
            let isOff = !bin.conversion.interval.contains(bin.predicted)
            table.rows.append(
                [bin.predicted.percent, bin.conversion.records.grouped] + Self.cells(bin.conversion)
                    + [
                        isOff
                            ? (bin.predicted > (bin.conversion.rate ?? 0) ? "predicted too high" : "predicted too low")
                            : ""
                    ])
        }
        return table.render()
    }

    private func groups(_ name: String, _ groups: [(name: String, group: OutcomeGroup)]) -> String {
        let grades = Grade.allCases.map(\.rawValue)
        var table = Table(header: [name, entity.plural, good, "95 %", "predicted", "AUC (95 %)"] + grades)
        table.rightAligned = Set(1..<table.header.count)
        for (name, group) in groups {
            table.rows.append(
                [name, group.conversion.records.grouped] + Self.cells(group.conversion)
                    + [group.predicted.map(\.percent) ?? "–", Self.auc(group)]
                    + group.grades.map { $0.conversion.rate.map { (100 * $0).decimals(0) + " %" } ?? "–" })
        }
        return table.render()
    }

    static func auc(_ group: OutcomeGroup) -> String {
        guard let auc = group.auc, let interval = group.aucInterval else { return "–" }
        return "\(auc.decimals(2)) (\(interval.lowerBound.decimals(2))–\(interval.upperBound.decimals(2)))"
    }

    /// "26.3 %, 95 % interval 21.0–32.4 %".
    static func rate(_ conversion: Conversion) -> String {
        guard let rate = conversion.rate else { return "none" }
        return "\(rate.percent), 95 % interval \(interval(conversion))"
    }

    private static func cells(_ conversion: Conversion) -> [String] {
        guard let rate = conversion.rate else { return ["–", "–"] }
        return [rate.percent, interval(conversion)]
    }

    private static func interval(_ conversion: Conversion) -> String {
        "\((100 * conversion.interval.lowerBound).decimals(0))–\((100 * conversion.interval.upperBound).decimals(0)) %"
    }
}
