import ArgumentParser
import Foundation
import Ledger
import Synchronization

struct LedgerBackupCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies the ledger, also while it is written.",
        discussion: """
            The copy is as of one moment, and whole when it stands under its name. It is a ledger like any other: \
            `LEADLINE_LEDGER_FILE=copy.sqlite leadline ledger run` catches up from where it was taken, with erasures too. \
            Until then those who are erased meanwhile stand in it: copies are yours to keep, and to delete.
            """)

    @Argument(help: "Where the copy is to be.") var file: String
    @Flag(help: "Replaces a file that is there.") var force = false

    func run(_ settings: Settings) throws {
        let backup = LedgerBackup(of: settings.ledgerFile, to: file)
        let line = ProgressLine("copying the ledger")
        // SQLite copies in one go: how far it is, the growing file tells.
        let result = Mutex<Result<Void, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let force = force
        let interrupt = Self.discarding(backup)
        defer { interrupt.cancel() }
        Thread {
            result.withLock { $0 = Result { try backup.run(replacing: force) } }
            done.signal()
        }.start()
        while done.wait(timeout: .now() + 0.1) == .timedOut {
            line.show(min(backup.written, backup.expected), of: backup.expected)
        }
        line.finish()
        try result.withLock { $0 }?.get()
        let contents = try LedgerContents(of: file)
        print("\(file): \(contents.records) records, \(contents.scorings) scorings, \(megabytes(contents.bytes))")
    }

    /// What a copy that is interrupted has written is about persons: Ctrl-C takes it away.
    private static func discarding(_ backup: LedgerBackup) -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            backup.discard()
            _exit(128 + SIGINT)
        }
        source.resume()
        return source
    }
}

/// "12.3 MB".
func megabytes(_ bytes: Int) -> String { decimals(Double(bytes) / 1_000_000, 1) + " MB" }
