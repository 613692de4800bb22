import Foundation
import GRDB
import LeadModel
import Rabbit
import Redis

/// Makes a ledger anew, from the score stream, the registry and what only the former file holds.
///
/// 1. It writes a file aside, which whoever reads the ledger does not see.
/// 2. It takes the stream from its beginning, as far as that went when it began, and all of the registry; tombstones are
///    among both.
/// 3. It carries over what is older than the stream from the former file, as far as that can be read.
/// 4. It puts the new file in the former one's place, by renaming.
///
/// Where it ends before that, the former file stands and the next one begins from the beginning. For one thread, which
/// holds the ledger's lock.
final class ReplacementBuilder {
    private let path: String
    private let shared: ProjectorRun.Shared
    private let fresh: ProjectorRun
    private let carries: Bool
    private let between: () throws -> Void
    private let tell: (String) throws -> Void

    /// - Parameters:
    ///   - carries: whether the former file can be read.
    ///   - between: is called between steps.
    ///   - tell: is told how far it is.
    init(
        _ shared: ProjectorRun.Shared, carrying carries: Bool, between: @escaping () throws -> Void,
        tell: @escaping (String) throws -> Void
    ) throws {
        path = shared.options.path
        try Self.removeLeftOvers(of: path)
        (self.shared, self.carries, self.between, self.tell) = (shared, carries, between, tell)
        fresh = try ProjectorRun(shared.at(Self.aside(path)), scrubsAtOnce: false, between: between)
    }

    private static func aside(_ path: String) -> String { path + ".new" }

    /// A process that was killed may have left one, and it is personal data.
    static func removeLeftOvers(of path: String) throws { try LedgerFile.remove(aside(path)) }

    /// - Throws: `ProjectorRun.Stopped`; `LedgerError.registryUnreadable`; what the servers and the file throw.
    func build() throws -> RebuildSummary {
        let end = try StreamEnd.read(shared.options.broker, patience: shared.options.patience)
        var silences = 0
        while silences < 4 {
            if shared.stop.isSet { throw ProjectorRun.Stopped() }
            silences = try fresh.takeBatch() ? 0 : silences + 1
            try between()
            try tell("\(fresh.shared.tally.counts.messages) results read from the score stream")
            guard let end else { break }
            if let position = try fresh.ledger.read(StreamPosition.read), position.offset >= end.offset {
                break
            }
        }
        // Whoever is not in the new ledger would lose a history that nothing else holds.
        if let fault = try fresh.catchUp(tell).first { throw LedgerError.registryUnreadable(path, fault) }
        var carried: HistoryCarryOver?
        if carries {
            let redis = try RedisConnection(shared.options.redis)
            defer { redis.close() }
            carried = try HistoryCarryOver(from: path, into: fresh.ledger, RegistryScan(redis)) { done in
                if shared.stop.isSet { throw ProjectorRun.Stopped() }
                try fresh.takeBatch(wait: .zero)
                try between()
                try tell("\(done) records of the former ledger carried over")
            }
        }
        if try fresh.ledger.isPending(.scrub) { try fresh.scrub() }
        return try RebuildSummary(fresh.ledger, carried)
    }

    /// Takes all of a ledger's log into its file, which is to be whole without it; results that come meanwhile, too.
    ///
    /// - Throws: `LedgerError.isRead` where somebody reads what stood there before for too long.
    func emptyLog(of ledger: LedgerWriter) throws {
        let end = ContinuousClock.now + shared.options.patience * 3
        while try !ledger.emptyLog() {
            if shared.stop.isSet { throw ProjectorRun.Stopped() }
            guard ContinuousClock.now < end else { throw LedgerError.isRead(ledger.path) }
            Thread.sleep(forTimeInterval: 0.1)
            try between()
        }
    }

    /// The former file must be closed, and its log empty. Whoever reads it still reads it to the end.
    ///
    /// Who asks for another rebuild by the former file in this moment asks in vain, and gets this one.
    func takePlace() throws {
        try emptyLog(of: fresh.ledger)
        fresh.close()
        // They are the former file's. It has all that was in them, so that it is whole if this ends here.
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        try DurableFile.rename(Self.aside(path), to: path)
    }

    func close() {
        fresh.close()
        try? Self.removeLeftOvers(of: path)
    }
}

/// What a rebuild came to.
public struct RebuildSummary: Sendable, CustomStringConvertible {
    public var records, scorings: Int
    /// The time of the oldest scoring.
    public var oldest: Moment?
    /// Scorings that only the former file held; nothing if that could not be read, or there was none.
    public var carried: Int?
    /// Not all of the former file could be read.
    public var isPartly: Bool

    fileprivate init(_ ledger: LedgerWriter, _ carried: HistoryCarryOver?) throws {
        let contents = try ledger.read { try LedgerContents($0) }
        (records, scorings, oldest) = (contents.records, contents.scorings, contents.oldest)
        (self.carried, isPartly) = (carried?.count, carried?.isPartly ?? false)
    }

    /// "was made anew: 10 records, 24 scorings since …".
    public var description: String {
        let since = oldest.map { " since \($0.text)" } ?? ""
        let former =
            carried.map { count in
                isPartly
                    ? "; \(count) of them from the former file, of which not all could be read"
                    : "; \(count) of them from the former file"
            } ?? "; the former file could not be read, so what is older is lost"
        return "was made anew: \(records) records, \(scorings) scorings\(since)\(former)"
    }
}
