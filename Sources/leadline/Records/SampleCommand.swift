import ArgumentParser
import Foundation
import LeadModel
import LeadTrainer

struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Writes made-up leads to a CSV file, to try things with.",
        discussion: """
            The closed ones are for `train`, the open ones for `import`: --id id --outcome outcome --positive qualified \
            --created created --closed closed --owner owner --title title. The same flags give the same file.
            """)

    @Argument(help: "FILE.csv.") var file: String
    @Option(help: ArgumentHelp("How many leads; a few in a hundred are open.", valueName: "n")) var count = 1500
    @Option(help: ArgumentHelp("What their ids begin with.", valueName: "text")) var prefix = "sample"

    func validate() throws {
        guard (1...1_000_000).contains(count) else { throw ValidationError("--count must be 1 to 1000000") }
    }

    func run() throws {
        try OutputFile.require(file)
        let leads = SampleLeads.generate(count: count)
        let names = Set(leads.flatMap { $0.attributes.map(\.name) }).sorted()
        var lines = [CSVLine(["id", "created", "closed", "outcome", "owner", "title"] + names.map(\.text)).text]
        for lead in leads {
            let values = Dictionary(
                lead.attributes.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            let id = prefix + lead.id.drop { $0 != "-" }
            let fields = [
                id, lead.createdAt.text, lead.closedAt?.text ?? "", lead.status == .open ? "" : lead.status.rawValue,
                lead.owner, lead.name,
            ]
            lines.append(CSVLine(fields + names.map { values[$0].map(Self.text) ?? "" }).text)
        }
        try OutputFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: file)
        print("\(count) leads, \(leads.count { $0.status == .open }) open, written to \(file)")
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): JSONNumber.shortest(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let entries): entries.joined(separator: "; ")
        }
    }
}
