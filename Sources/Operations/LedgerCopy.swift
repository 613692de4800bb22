import Foundation
import Ledger
import Synchronization

/// Copies a ledger and reports the progress.
public struct LedgerCopy: Sendable {
    private let backup: LedgerBackup

    /// - Parameter copy: the file that the complete copy becomes.
    public init(of path: String, to copy: String) { backup = LedgerBackup(of: path, to: copy) }

    /// - Parameters:
    ///   - replaces: whether to replace an existing file.
    ///   - progress: called ten times a second with the bytes written, and the bytes of the ledger.
    /// - Throws: `LedgerError`; `LedgerFileError`.
    public func run(replacing replaces: Bool, progress: (_ written: Int, _ expected: Int) -> Void) throws {
        // SQLite copies in one call, on a thread of its own: the size of the file is the progress.
        let result = Mutex<Result<Void, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
        let backup = backup
        Thread {
            result.withLock { $0 = Result { try backup.run(replacing: replaces) } }
            done.signal()
        }.start()
        while done.wait(timeout: .now() + 0.1) == .timedOut {
            progress(min(backup.written, backup.expected), backup.expected)
        }
        try result.withLock { $0 }?.get()
    }

    /// Removes an unfinished copy, which holds personal data.
    public func discard() { backup.discard() }
}
