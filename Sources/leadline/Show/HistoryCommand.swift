import ArgumentParser
import Glibc
import LeadModel
import Views

struct HistoryCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Shows how a record's score changed, and how the record ended.",
        discussion: """
            It lists every scoring that the ledger has, the oldest first: 400 days of them by default. On a terminal a \
            chart comes first. It reads the ledger, which `leadline up` or `leadline ledger run` updates, and needs neither \
            RabbitMQ nor Redis. If Redis, which has the scorecards, can be reached, the table also shows what moved each \
            score most, and whether the record, time or a new model version did. `leadline explain --since` shows all that \
            moved it.
            """)

    @OptionGroup var target: Target
    @Argument(help: "The record's id.") var id: String
    @Option(help: ArgumentHelp("Show at most this many scorings, the latest ones: 1 to 10000.", valueName: "n"))
    var limit = 400
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000") }
    }

    func run(_ settings: Settings) throws {
        let opened = try OpenedLedger(settings)
        let view = try HistoryView(
            of: Exact(id), organization: target.org, entity: target.entity, latest: limit, in: opened.ledger,
            redis: Servers(settings).redis)
        defer { opened.warnIfNotUpdated() }
        if json { return try printJSON(view) }
        print(HistoryText(view).render(chart: isatty(STDOUT_FILENO) == 1, width: Terminal.width))
    }
}
