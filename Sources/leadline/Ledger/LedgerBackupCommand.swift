import ArgumentParser
import Foundation
import Ledger
import Operations

struct LedgerBackupCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the ledger, even while it is written.",
        discussion: """
            The copy is a snapshot of one moment; it appears under its name only when it is complete. It is a ledger: \
            `LEADLINE_LEDGER_FILE=copy.sqlite leadline ledger run` catches up from that moment, erasures too. Until \
            then it still holds records that were erased since: you are responsible for deleting copies in time.
            """)

    @Argument(help: "Where to write the copy.") var file: String
    @Flag(help: "Replace an existing file.") var force = false

    func run(_ settings: Settings) throws {
        let copy = LedgerCopy(of: settings.ledgerFile, to: file)
        let line = ProgressLine("copying the ledger")
        let interrupt = Self.discarding(copy)
        defer { interrupt.cancel() }
        try copy.run(replacing: force) { line.show($0, of: $1) }
        line.finish()
        let contents = try LedgerContents(of: file)
        print("\(file): \(contents.records) records, \(contents.scorings) scorings, \(megabytes(contents.bytes))")
    }

    /// An interrupted copy holds personal data: Ctrl-C deletes it.
    private static func discarding(_ copy: LedgerCopy) -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            copy.discard()
            _exit(128 + SIGINT)
        }
        source.resume()
        return source
    }
}

/// "12.3 MB".
func megabytes(_ bytes: Int) -> String { (Double(bytes) / 1_000_000).decimals(1) + " MB" }
