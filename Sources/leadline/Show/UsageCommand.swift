import ArgumentParser
import Contract
import LeadModel
import Registry

struct UsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Records scored a month, against the organization's limit.",
        discussion: """
            A record counts once a month, however often it is scored; every scoring is counted beside it. Passing the \
            limit stops nothing.
            """)

    @Option(help: ArgumentHelp("The organization.", valueName: "name")) var org = "default"
    @Option(help: "By default all.") var entity: Entity?
    @Flag(help: "As JSON.") var json = false

    func validate() throws { try OrganizationArgument.validate(org, "--org") }

    func run() throws {
        let report = try Servers.readRegistry { registry in
            let settings = try registry.requiredSettings(of: org)
            return try registry.usage(of: org, entities: entity.map { [$0] } ?? Entity.allCases, settings: settings)
        }
        if json { return try printJSON(Shown(org: org, entity: entity, report)) }
        print(text(report))
    }

    private func text(_ report: UsageReport) -> String {
        var table = Table(header: ["month", "records", "scorings", ""], rightAligned: [1, 2])
        let most = max(report.limit ?? 0, report.months.map(\.count.records).max() ?? 0, 1)
        table.rows = report.months.map { line in
            let bar = String(repeating: "▇", count: line.count.records * 30 / most)
            let mark = line.isExceeded ? " ⚠ \(line.count.records - (report.limit ?? 0)) over the limit" : ""
            return [line.month.text, "\(line.count.records)", "\(line.count.scorings)", bar + mark]
        }
        let present = report.present
        let limit = report.limit.map { "of \($0)" } ?? "no limit"
        var lines = [
            "\(org), \(entity?.plural ?? "leads and opportunities")",
            "this month: \(present.count.records) records scored (\(limit)), \(present.count.scorings) scorings",
            "monthly average: \(report.average.map { decimals($0, 0) } ?? "no full month yet")",
        ]
        if present.isExceeded {
            lines.append(
                "⚠ the monthly limit is passed; scoring goes on. `leadline org set \(org) --limit N` changes it")
        }
        return lines.joined(separator: "\n") + "\n\n" + table.render()
    }

    private struct Shown: Encodable {
        var org: String
        var entity: String
        var month: String
        var records: Int
        var scorings: Int
        @OrNull var limit: Int?
        var exceeded: Bool
        @OrNull var average: Double?
        var months: [Line]

        struct Line: Encodable {
            var month: String
            var records: Int
            var scorings: Int
            var exceeded: Bool

            init(_ line: UsageReport.MonthLine) {
                (month, records, scorings) = (line.month.text, line.count.records, line.count.scorings)
                exceeded = line.isExceeded
            }
        }

        init(org: String, entity: Entity?, _ report: UsageReport) {
            let present = Line(report.present)
            (self.org, self.entity) = (org, entity?.rawValue ?? "all")
            (month, records, scorings, exceeded) = (present.month, present.records, present.scorings, present.exceeded)
            (limit, average, months) = (report.limit, report.average, report.months.map(Line.init))
        }
    }
}
