import ArgumentParser
import Intake
import LeadModel
import Operations

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract:
            "Shows what a file of records holds, and the commands to train on it and to import it; needs no servers.",
        discussion: """
            Start with this when you have an export of your CRM. It finds the columns that look like the id, the outcome, \
            the dates of creation and closing, the owner and the stage, by their names and values, and the columns that give \
            away the outcome, as `train` finds them. The commands it prints can be pasted as they are; read first what each \
            column counts as.
            """)

    @Argument(help: "FILE.csv, FILE.jsonl or FILE.json.") var file: String
    @Option(help: "What the records are; by default it is guessed.") var entity: Entity?
    @Option(help: ArgumentHelp("The organization that the commands name.", valueName: "name")) var org = "default"
    @OptionGroup var format: FormatFlags
    @Flag(help: "Print it as JSON.") var json = false

    func validate() throws { try OrganizationArgument.validate(org, "--org") }

    func run() throws {
        try InputFile.require(file)
        let progress = ProgressLine("reading \(file)")
        let inspection = try FileInspection(path: file, reading: format.reading, entity: entity) {
            progress.show($0, of: nil)
        }
        progress.finish()
        let commands = InspectedCommands(inspection, organization: org)
        if json {
            return try printJSON(
                InspectionValue(
                    inspection, train: commands.train?.text, importing: commands.importing?.text))
        }
        print(InspectionText(inspection, commands, width: Terminal.width).text)
    }
}
