import Foundation
import LeadModel
import Rabbit
import Redis

/// Builds a ledger from scratch in a new file, and replaces the former one with it.
///
/// 1. It writes the new file next to the ledger, which readers don't see.
/// 2. It applies the stream from its beginning up to its end at the start of the build, then the whole registry; both include
///    tombstones.
/// 3. It carries over from the former file what is older than the stream, as far as that file can be read.
/// 4. It renames the new file to the ledger's path.
///
/// After a crash before the last step the former file is still the ledger, and the next build starts from scratch. For one
/// thread, which holds the ledger's lock.
final class ReplacementBuilder {
    private let path: String
    private let shared: ProjectorRun.Shared
    private let new: ProjectorRun
    private let carriesOver: Bool
    private let between: () throws -> Void
    private let report: (String) throws -> Void

    /// - Parameters:
    ///   - carriesOver: whether there is a former file that can be read.
    ///   - between: called between steps.
    ///   - report: called with the progress, in words.
    init(
        _ shared: ProjectorRun.Shared, carriesOver: Bool, between: @escaping () throws -> Void,
        report: @escaping (String) throws -> Void
    ) throws {
        path = shared.options.path
        try Self.removeLeftovers(of: path)
        (self.shared, self.carriesOver, self.between, self.report) = (shared, carriesOver, between, report)
        do {
            new = try ProjectorRun(
                shared.at(Self.newPath(path)), scrubsAtOnce: false, applier: ResultApplier(keepsExpiredErasures: true),
                between: between)
        } catch {
            try? Self.removeLeftovers(of: path)
            throw error
        }
    }

    private static func newPath(_ path: String) -> String { path + ".new" }

    /// Removes the unfinished file of a build that was killed: it is personal data.
    static func removeLeftovers(of path: String) throws { try LedgerFile.remove(newPath(path)) }

    /// - Throws: `ProjectorRun.Stopped`; `LedgerError.registryUnreadable`; `LedgerFileError`; errors of the servers.
    func build() throws -> RebuildSummary {
        try applyStream()
        // A record that is missing in the new ledger would lose a history that exists nowhere else.
        if let fault = try new.catchUp(report).first { throw LedgerError.registryUnreadable(path, fault) }
        let carryOver = carriesOver ? try carryOver() : nil
        if try new.ledger.isPending(.scrub) { try new.scrub() }
        return try RebuildSummary(new.ledger, carryOver)
    }

    private func applyStream() throws {
        let end = try StreamEnd.read(shared.options.broker, patience: shared.options.patience)
        var emptyReads = 0
        while emptyReads < 4 {
            if shared.stop.isSet { throw ProjectorRun.Stopped() }
            emptyReads = try new.applyBatch() ? 0 : emptyReads + 1
            try between()
            try report("\(new.shared.tally.counts.messages) results read from the score stream")
            guard let end else { break }
            if let position = try new.ledger.read(StreamPosition.read), position.offset >= end.offset { break }
        }
    }

    private func carryOver() throws -> HistoryCarryOver {
        let redis = try RedisConnection(shared.options.redis)
        defer { redis.close() }
        return try HistoryCarryOver(from: path, into: new.ledger, RegistryScan(redis)) { done in
            if shared.stop.isSet { throw ProjectorRun.Stopped() }
            try new.applyBatch(wait: .zero)
            try between()
            try report("\(done) records of the former ledger carried over")
        }
    }

    /// Moves a ledger's whole log into its file, with results that arrive meanwhile: the file must be complete without it.
    ///
    /// - Throws: `LedgerError.isRead` if a process reads an older state for too long.
    func emptyLog(of ledger: LedgerWriter) throws {
        let end = ContinuousClock.now + shared.options.patience * 3
        while try !ledger.emptyLog() {
            if shared.stop.isSet { throw ProjectorRun.Stopped() }
            guard ContinuousClock.now < end else { throw LedgerError.isRead(ledger.path) }
            // SQLite doesn't announce the end of another process's transaction.
            Thread.sleep(forTimeInterval: 0.1)
            try between()
        }
    }

    /// The former file must be closed, and its log empty. Reads that have begun end on it.
    ///
    /// A rebuild that is requested of the former file at this moment is not stored anywhere: its requester gets this one.
    func replace() throws {
        try emptyLog(of: new.ledger)
        new.close()
        // These belong to the former file, which is complete without them, if this ends here.
        try LedgerFile.removeLog(of: path)
        try DurableFile.rename(Self.newPath(path), to: path)
    }

    func close() {
        new.close()
        try? Self.removeLeftovers(of: path)
    }
}
