import Logging
import Running

/// The lock of the ledger that a projector writes. A second projector waits for it as a standby.
struct ProjectorLock {
    private let path: String
    private let log: Logger
    private var lock: FileLock?
    private var isStandby = false

    init(_ path: String, _ log: Logger) { (self.path, self.log) = (path, log) }

    /// - Returns: whether this projector has the lock.
    mutating func acquire() throws -> Bool {
        if lock != nil { return true }
        lock = try LedgerFile.lock(path)
        if lock == nil, !isStandby {
            log.notice("process \(LedgerFile.writer(of: path)) writes the ledger \(path): this one is on standby")
        } else if lock != nil, isStandby {
            log.notice("the ledger \(path) is free: this process writes it now")
        }
        isStandby = lock == nil
        guard lock != nil else { return false }
        try ReplacementBuilder.removeLeftovers(of: path)
        return true
    }

    mutating func release() { lock = nil }
}
