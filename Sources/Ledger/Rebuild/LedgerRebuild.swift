import LeadModel
import Logging
import Running

/// Has a ledger rebuilt by the process that writes it, or rebuilds it here if there is none.
public struct LedgerRebuild {
    private let options: LedgerOptions

    public init(_ options: LedgerOptions) { self.options = options }

    /// - Parameters:
    ///   - pause: called between two checks on the progress of another process.
    ///   - report: called with the progress, in words.
    /// - Returns: the summary; nil if another process rebuilt it, which has logged it.
    /// - Throws: `LedgerError`; `LedgerFileError`; errors of the servers.
    public func run(pause: () -> Void, report: (String) -> Void) throws -> RebuildSummary? {
        var isRequested = false
        var lastAnswer = ContinuousClock.now
        while true {
            if let lock = try LedgerFile.lock(options.path) {
                // The process that wrote it has ended, perhaps before it did the work.
                return try withExtendedLifetime(lock) { try isRequested && isDone() ? nil : runHere(report) }
            }
            do {
                if isRequested {
                    guard case .pending(let progress) = try state() else { return nil }
                    if let progress { report(progress) }
                } else {
                    try request()
                    isRequested = true
                    report("requested from process \(LedgerFile.writer(of: options.path))")
                }
                lastAnswer = .now
            } catch let error as Failed {
                throw LedgerError.refused(error.reason)
            } catch LedgerError.newer(let path) {
                throw LedgerError.newer(path)
            } catch {
                // The file is being created or replaced; or it is damaged, and its writer is about to release the lock.
                guard ContinuousClock.now - lastAnswer < options.patience * 3 else { throw error }
            }
            pause()
        }
    }

    private struct Failed: Error { var reason: String }

    private enum State {
        case pending(progress: String?)
        case done
    }

    private func request() throws {
        // Throws if the ledger is of another schema.
        try LedgerReader(options.path).close()
        try MaintenanceTask.change(at: options.path, MaintenanceTask.rebuild.add)
    }

    /// - Throws: `Failed` if the rebuild failed; what opening the ledger throws.
    private func state() throws -> State {
        let ledger = try LedgerReader(options.path)
        defer { ledger.close() }
        if let progress = try ledger.read(MaintenanceTask.pending)[.rebuild] { return .pending(progress: progress) }
        if let reason = try ledger.read(MaintenanceTask.rebuildFailure) { throw Failed(reason: reason) }
        return .done
    }

    /// If the rebuild failed, or its state can't be read, it is done here.
    private func isDone() -> Bool {
        if case .done? = try? state() { true } else { false }
    }

    /// The caller holds the ledger's lock.
    private func runHere(_ report: (String) -> Void) throws -> RebuildSummary {
        try withoutActuallyEscaping(report) { report in
            let quiet = Logger(label: "leadline") { _ in SwiftLogNoOpLogHandler() }
            let shared = ProjectorRun.Shared(
                options: options, tally: ProjectorTally(), outages: Outages(log: quiet), stop: StopSignal(), log: quiet)
            let former = try former()
            defer { try? former?.close() }
            let builder = try ReplacementBuilder(shared, carriesOver: former != nil, between: {}, report: report)
            defer { builder.close() }
            let summary = try builder.build()
            if let former {
                try builder.emptyLog(of: former)
                try former.close()
            }
            try builder.replace()
            return summary
        }
    }

    /// The former ledger, migrated to the current schema; nil if there is none, or it is damaged. Any other error may pass or
    /// can be fixed, so it is no reason to lose the history.
    private func former() throws -> LedgerWriter? {
        guard LedgerFile.exists(options.path) else { return nil }
        do {
            return try LedgerWriter(options.path)
        } catch let error as LedgerFileError where error.isDamage {
            return nil
        }
    }
}
