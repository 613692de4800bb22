import Intake
import LeadModel
import Operations
import Report

/// An inspection as a person reads it on a terminal.
struct InspectionText {
    let text: String

    init(_ inspection: FileInspection, _ commands: InspectedCommands, width: Int) {
        let profile = inspection.profile
        var sections = [
            "\(inspection.file.path): \(profile.rows.grouped) rows, \(profile.columns.count.grouped) columns".wrapped(
                width)
                + Self.outcomes(inspection, width),
            Self.columns(inspection, width),
        ]
        let words = profile.columns.reduce(into: [String: Int]()) { $0.merge($1.nullWords, uniquingKeysWith: +) }
        if !words.isEmpty {
            let listed = words.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                "\($0.key) (\($0.value.grouped))"
            }
            sections.append("Words that stand for no value: \(listed.joined(separator: ", "))".wrapped(width))
        }
        let notes = inspection.leaks.map(\.description) + inspection.notes
        if !notes.isEmpty {
            sections.append(notes.map { "- " + $0.printable.wrapped(width - 2, indent: 2) }.joined(separator: "\n"))
        }
        if let train = commands.train {
            sections.append("To train on it and publish the model:\n" + train.wrapped(width))
        }
        if let importing = commands.importing {
            sections.append("To import its records, which scores the open ones:\n" + importing.wrapped(width))
        }
        text = sections.joined(separator: "\n\n")
    }

    private static func outcomes(_ inspection: FileInspection, _ width: Int) -> String {
        guard let outcomes = inspection.survey?.outcomes else { return "" }
        let entity = inspection.roles.entity
        let columns = inspection.roles.outcomes.columns.joined(separator: " and ")
        let line =
            "They look like \(entity.plural): \(outcomes.positives.grouped) \(entity.outcomes.positive.rawValue), "
            + "\(outcomes.negatives.grouped) \(entity.outcomes.negative.rawValue), \(outcomes.open.grouped) open, by \(columns)."
        return "\n" + line.printable.wrapped(width)
    }

    /// The name takes what the other columns leave; why stands in the last.
    private static func columns(_ inspection: FileInspection, _ width: Int) -> String {
        var table = Table(header: ["column", "kind", "filled", "values", "counts as"], rightAligned: [2, 3])
        let rows = inspection.profile.rows
        let names = max(12, min(28, width - 52))
        var reasons: [(reason: String, names: [String])] = []
        for column in inspection.columns {
            let profile = column.profile
            let filled = rows == 0 ? "–" : (100 * Double(profile.filled) / Double(rows)).decimals(0) + " %"
            let distinct =
                profile.distinct >= ColumnProfile.mostDistinct ? "many" : profile.distinct.grouped
            table.rows.append(
                [
                    profile.name.shortened(names), column.kind, filled, distinct,
                    column.use.shortened(width - names - 34),
                ])
            guard let why = column.why else { continue }
            if let place = reasons.firstIndex(where: { $0.reason == why }) {
                reasons[place].names.append(profile.name)
            } else {
                reasons.append((why, [profile.name]))
            }
        }
        let why = reasons.map { reason, names in
            let more = names.count > 10 ? " and \((names.count - 10).grouped) more" : ""
            let text = "left out, because \(reason): \(names.prefix(10).joined(separator: ", "))\(more)"
            return text.printable.wrapped(width, indent: 2)
        }
        return ([table.render()] + why).joined(separator: "\n")
    }
}
