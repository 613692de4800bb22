import LeadModel
import Logging
import Running

/// Has a ledger made anew, by whoever keeps it, or here where nobody does.
public struct Rebuild {
    private let options: LedgerOptions

    public init(_ options: LedgerOptions) { self.options = options }

    /// - Parameters:
    ///   - pause: between two looks at how far somebody else is.
    ///   - tell: is told how far it is, in words.
    /// - Returns: what it came to; nothing where the process that keeps the ledger made it, which has said so.
    /// - Throws: `LedgerError`; what the servers and the file throw.
    public func run(pause: () -> Void, tell: (String) -> Void) throws -> Rebuilt? {
        var isAsked = false
        while true {
            if let lock = try Ledger.lock(options.path) {
                // Whoever kept it ended, with its work done or not.
                return try withExtendedLifetime(lock) { try isAsked && !isStanding() ? nil : runHere(tell) }
            }
            do {
                if !isAsked {
                    let ledger = try Ledger(reading: options.path)
                    try ledger.close()
                    try Ledger.ask(.rebuild, at: options.path)
                    isAsked = true
                    tell("asked of process \(FileLock.process(of: Ledger.lockPath(options.path)))")
                } else {
                    guard let note = try standing() else { return nil }
                    if let note { tell(note) }
                }
            } catch LedgerError.newer(let path) {
                throw LedgerError.newer(path)
            } catch {
                // It is just being made or replaced; or it is damaged, and then whoever keeps it lets go of it.
            }
            pause()
        }
    }

    private func standing() throws -> String?? {
        let ledger = try Ledger(reading: options.path)
        defer { try? ledger.close() }
        return try ledger.asks()[.rebuild]
    }

    /// Also where that can't be read.
    private func isStanding() -> Bool { do { return try standing() != nil } catch { return true } }

    /// The caller holds the ledger's lock.
    private func runHere(_ tell: (String) -> Void) throws -> Rebuilt {
        try withoutActuallyEscaping(tell) { tell in
            let quiet = Logger(label: "leadline") { _ in SwiftLogNoOpLogHandler() }
            let shared = Projecting.Shared(
                options: options, tally: ProjectorTally(), outages: Outages(log: quiet), stop: StopSignal(), log: quiet)
            let former = try former()
            defer { try? former?.close() }
            let rebuilding = try Rebuilding(shared, carrying: former != nil, between: {}, tell: tell)
            defer { rebuilding.close() }
            let rebuilt = try rebuilding.build()
            _ = try? former?.emptyLog()
            try? former?.close()
            try rebuilding.takePlace()
            return rebuilt
        }
    }

    /// Brought up to the present schema; nothing where there is none that can be read.
    private func former() throws -> Ledger? {
        guard Ledger.isThere(options.path) else { return nil }
        do {
            return try Ledger(at: options.path)
        } catch LedgerError.newer(let path) {
            throw LedgerError.newer(path)
        } catch {
            return nil
        }
    }
}
