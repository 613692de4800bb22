import ArgumentParser
import Foundation
import Ledger

struct LedgerRebuildCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Rebuilds the ledger from the registry and the score stream.",
        discussion: """
            For a ledger that is damaged, or differs from the registry. If a process runs the ledger, that process does the \
            work, and Ctrl-C ends only the waiting; otherwise this command does it. Views read the old file until the new \
            one replaces it. Scorings older than the stream, and deleted records that the registry has forgotten, are \
            carried over from the old file as far as it can be read; apart from a backup they exist nowhere else. If the \
            rebuild fails, the old file stays, and the command reports why.
            """)

    func run(_ settings: Settings) throws {
        let options = settings.ledgerOptions(try Servers(settings))
        let line = ProgressLine("rebuilding the ledger")
        let rebuilt = try LedgerRebuild(options).run(
            pause: { Thread.sleep(forTimeInterval: 0.2) }, report: { line.show($0) })
        line.finish()
        guard let rebuilt else {
            let contents = try LedgerContents(of: options.path)
            let since = contents.oldest.map { " since \($0.text)" } ?? ""
            print(
                "the ledger \(options.path) was rebuilt: \(contents.records) records, \(contents.scorings) scorings\(since)"
            )
            return
        }
        print("the ledger \(options.path) \(rebuilt)")
        print("No process updates it now: run `leadline up` or `leadline ledger run`.")
    }
}
