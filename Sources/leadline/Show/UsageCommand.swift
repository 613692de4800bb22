import ArgumentParser
import Contract
import LeadModel
import Registry
import Report
import Views

struct UsageCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Shows how many records were scored each month, and the organization's limit.",
        discussion: """
            A record counts once a month, however often it is scored; scorings are counted too. Going over the limit stops \
            nothing.
            """)

    @Option(help: ArgumentHelp("The organization.", valueName: "name")) var org = "default"
    @Option(help: "By default all.") var entity: Entity?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws { try OrganizationArgument.validate(org, "--org") }

    func run(_ settings: Settings) throws {
        let view = try Servers(settings).withRedis { try UsageView(of: org, entity: entity, from: $0) }
        if json { try printJSON(view) } else { print(text(view.report)) }
    }

    private func text(_ report: UsageReport) -> String {
        var table = Table(header: ["month", "records", "scorings", ""], rightAligned: [1, 2])
        let most = max(report.limit ?? 0, report.months.map(\.count.records).max() ?? 0, 1)
        table.rows = report.months.map { line in
            let bar = String(repeating: "▇", count: line.count.records * 30 / most)
            let mark = line.isExceeded ? " ⚠ \((line.count.records - (report.limit ?? 0)).grouped) over the limit" : ""
            return [line.month.text, line.count.records.grouped, line.count.scorings.grouped, bar + mark]
        }
        let present = report.present
        let limit = report.limit.map { "of \($0.grouped)" } ?? "no limit"
        var lines = [
            "\(org), \(entity?.plural ?? "leads and opportunities")",
            "this month: \(present.count.records.grouped) records scored (\(limit)), \(present.count.scorings.grouped) scorings",
            "monthly average: \(report.average.map { Int($0.rounded()).grouped } ?? "no full month yet")",
        ]
        if present.isExceeded {
            lines.append(
                "⚠ the monthly limit is exceeded; scoring goes on. To change it: `leadline org set \(org) --limit N`")
        }
        return lines.joined(separator: "\n") + "\n\n" + table.render()
    }
}
