import GRDB
import LeadModel
import Logging
import Running

/// Has a ledger made anew, by whoever keeps it, or here where nobody does.
public struct LedgerRebuild {
    private let options: LedgerOptions

    public init(_ options: LedgerOptions) { self.options = options }

    /// - Parameters:
    ///   - pause: between two looks at how far somebody else is.
    ///   - tell: is told how far it is, in words.
    /// - Returns: what it came to; nothing where the process that keeps the ledger made it, which has said so.
    /// - Throws: `LedgerError`; what the servers and the file throw.
    public func run(pause: () -> Void, tell: (String) -> Void) throws -> RebuildSummary? {
        var isAsked = false
        var lastAnswer = ContinuousClock.now
        while true {
            if let lock = try LedgerFile.lock(options.path) {
                // Whoever kept it ended, with its work done or not.
                return try withExtendedLifetime(lock) { try isAsked && isDone() ? nil : runHere(tell) }
            }
            do {
                if isAsked {
                    guard case .standing(let note) = try state() else { return nil }
                    if let note { tell(note) }
                } else {
                    try ask()
                    isAsked = true
                    tell("asked of process \(LedgerFile.writer(of: options.path))")
                }
                lastAnswer = .now
            } catch let error as Failed {
                throw LedgerError.refused(error.why)
            } catch LedgerError.newer(let path) {
                throw LedgerError.newer(path)
            } catch {
                // It is just being made or replaced; or it is damaged, and then whoever keeps it lets go of it.
                guard ContinuousClock.now - lastAnswer < options.patience * 3 else { throw error }
            }
            pause()
        }
    }

    private struct Failed: Error { var why: String }

    private enum State {
        /// With how far it is.
        case standing(String?)
        case done
    }

    private func ask() throws {
        // Also of whether it is of this schema.
        try LedgerReader(options.path).close()
        try MaintenanceTask.change(at: options.path, MaintenanceTask.rebuild.add)
    }

    /// - Throws: `Failed` where it came to nothing; what opening throws.
    private func state() throws -> State {
        let ledger = try LedgerReader(options.path)
        defer { ledger.close() }
        if let note = try ledger.read(MaintenanceTask.pending)[.rebuild] { return .standing(note) }
        if let why = try ledger.read(MaintenanceTask.rebuildFailure) { throw Failed(why: why) }
        return .done
    }

    /// Where it came to nothing, or that can't be read, it is done here.
    private func isDone() -> Bool {
        if case .done? = try? state() { true } else { false }
    }

    /// The caller holds the ledger's lock.
    private func runHere(_ tell: (String) -> Void) throws -> RebuildSummary {
        try withoutActuallyEscaping(tell) { tell in
            let quiet = Logger(label: "leadline") { _ in SwiftLogNoOpLogHandler() }
            let shared = ProjectorRun.Shared(
                options: options, tally: ProjectorTally(), outages: Outages(log: quiet), stop: StopSignal(), log: quiet)
            let former = try former()
            defer { try? former?.close() }
            let rebuilding = try ReplacementBuilder(shared, carrying: former != nil, between: {}, tell: tell)
            defer { rebuilding.close() }
            let rebuilt = try rebuilding.build()
            if let former {
                try rebuilding.emptyLog(of: former)
                try former.close()
            }
            try rebuilding.takePlace()
            return rebuilt
        }
    }

    /// Brought up to the present schema; nothing where there is none, or a damaged one. Whatever else is wrong passes, or can
    /// be mended, and then that is no reason to part with it.
    private func former() throws -> LedgerWriter? {
        guard LedgerFile.exists(options.path) else { return nil }
        do {
            return try LedgerWriter(options.path)
        } catch let error as LedgerFileError where error.isDamage {
            return nil
        }
    }
}
