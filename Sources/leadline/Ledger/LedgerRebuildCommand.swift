import ArgumentParser
import Foundation
import Ledger

struct LedgerRebuildCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild", abstract: "Makes the ledger anew, from the registry and the score stream.",
        discussion: """
            For a ledger that is damaged, or differs from the registry. The process that keeps it does the work, and \
            Ctrl-C ends the waiting alone; where none does, this one does it. Views go on reading the former file until \
            the new one takes its place. Scorings older than the stream, and deleted records that the registry has \
            forgotten, are carried over from the former file as far as it can be read; there is no other place for them \
            but a backup. Where something stands in the way the former file stays, and it says what.
            """)

    func run(_ settings: Settings) throws {
        let options = settings.ledgerOptions(try Servers(settings))
        let line = ProgressLine("rebuilding the ledger")
        let rebuilt = try LedgerRebuild(options).run(
            pause: { Thread.sleep(forTimeInterval: 0.2) }, tell: { line.show($0) })
        line.finish()
        guard let rebuilt else {
            let contents = try LedgerContents(of: options.path)
            let since = contents.oldest.map { " since \($0.text)" } ?? ""
            print(
                "the ledger \(options.path) was made anew: \(contents.records) records, \(contents.scorings) scorings\(since)"
            )
            return
        }
        print("the ledger \(options.path) \(rebuilt)")
        print("Nobody keeps it now: `leadline up` or `leadline ledger run` goes on from here.")
    }
}
