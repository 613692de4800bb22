import ArgumentParser
import LeadModel
import Operations

struct ImportCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Publishes the records of a file as `imported` events.",
        discussion: """
            Open records are scored, new ones first; closed ones become training data. It can be run again: a second run \
            changes nothing, a newer export wins, and so does a later run with other flags.
            """)

    @Argument(help: "FILE.csv or FILE.jsonl.") var file: String
    @OptionGroup var columns: ColumnFlags
    @OptionGroup var target: Target
    @Option(help: ArgumentHelp("The column of the date of the last change.", valueName: "col")) var modified: String?
    @Option(
        help: ArgumentHelp(
            "The date of records without one, as 2026-11-21 or 2026-11-21T09:30:00Z; by default the file's own.",
            valueName: "date"))
    var asOf: Moment?

    func validate() throws {
        guard columns.id != nil else { throw ValidationError("--id COL says which column is the record's id") }
    }

    func run(_ settings: Settings) throws {
        let deployment = try Servers(settings).deployment
        let file = try columns.survey(file, target.entity, for: .importing, modified: modified)
        let line = ProgressLine("importing")
        let summary = try RecordImport(deployment, file, organization: target.org, asOf: asOf).run { progress in
            switch progress {
            case .createdOrganization: printError("created organization \(target.org)")
            case .published(let records): line.show(records, of: nil, "records published")
            }
        }
        line.finish()
        print(
            "published \(summary.published) records; `leadline tail '\(target.org).\(target.entity.rawValue).#'` shows their scores"
        )
        let counts = summary.counts
        print(
            "compared with what is stored: \(counts.new.grouped) new, \(counts.changed.grouped) changed, "
                + "\(counts.unchanged.grouped) unchanged")
    }
}
