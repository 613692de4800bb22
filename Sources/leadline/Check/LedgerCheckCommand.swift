import ArgumentParser
import Ledger
import Views

struct LedgerCheckCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Compares the ledger with the registry, and lists what differs.",
        discussion: """
            It compares every record that was ever published, and all that are open in the ledger. A record that differs is \
            compared again after the ledger has taken what is in the stream by then, so a busy fleet causes no false alarm. \
            It prints names of fields, never their values. It exits with 65 if something differs: `leadline ledger rebuild` \
            fixes that.
            """)

    @Flag(help: "Compare SQLite's indexes with their tables too, which takes longer.") var whole = false
    @Flag(help: "Print JSON.") var json = false

    func run(_ settings: Settings) throws {
        let line = ProgressLine("comparing records")
        let view = try LedgerCheckView(settings.ledgerOptions(Servers(settings)), whole: whole) {
            line.show($0, of: nil)
        }
        line.finish()
        if json { try printJSON(view) } else { print(LedgerCheckText(view).render()) }
        if !view.ok { throw ExitCode(Failure.Code.data.rawValue) }
    }
}
