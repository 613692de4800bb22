import Contract
import GRDB
import LeadModel
import Redis
import Registry

// What the stream may not have told: the ledger was away too long, or the stream lost its end with a power loss. Each life
// of a projector reads it once from the registry.

extension ProjectorRun {
    /// Takes all that was ever shown as the registry has it, and lets go of what that has forgotten; meanwhile the stream goes
    /// on.
    ///
    /// - Returns: what of the registry could not be read. If anything, it stands to be done again.
    /// - Throws: `Stopped`; what the servers and the file throw.
    func catchUp(_ tell: (String) throws -> Void = { _ in }) throws -> [String] {
        shared.log.info("ledger catches up with the registry")
        let redis = try RedisConnection(shared.options.redis)
        defer { redis.close() }
        // What retention would take away again.
        let first = LedgerRetention.firstKept(
            days: shared.options.days, now: Moment.present.adding(seconds: shared.options.clockOffset))
        var (waiting, read): ([ReadResult], Int) = ([], 0)
        func takeWaiting() throws {
            var counts = ProjectorTally.Counts()
            counts.caughtUp = waiting.count
            try apply(waiting, at: nil, &counts)
            shared.tally.add(counts)
            read += waiting.count
            waiting = []
            try goOn()
            try tell("\(read) records read from the registry")
        }
        let walk = RegistryScan(redis)
        let faults = try walk.read { result in
            if case .ofRecord(let result) = result, result.isOver(before: first) { return }
            waiting.append(result)
            if waiting.count == Self.batch { try takeWaiting() }
        }
        try takeWaiting()
        shared.outages.ended("Redis", for: Projector.thread)
        for fault in faults { shared.log.error("the ledger can't catch up with all of the registry: \(fault)") }
        guard faults.isEmpty else { return faults }
        try letGo(walk)
        try ledger.write(MaintenanceTask.catchUp.finish)
        shared.log.info("ledger has caught up with the registry")
        return []
    }

    /// Takes what waits in the stream meanwhile.
    private func goOn() throws {
        repeat {
            if shared.stop.isSet { throw Stopped() }
            try takeBatch(wait: .zero)
            try between()
        } while isBehind
    }

    /// Open records of the ledger that the registry does not know any more: word that they went was missed, and their
    /// tombstones have expired since.
    private func letGo(_ walk: RegistryScan) throws {
        var place: Int64 = 0
        while true {
            guard let (open, last) = try ledger.read({ try OpenRecords.page(after: place, atMost: Self.batch, $0) })
            else { return }
            place = last
            let forgotten = try walk.forgotten(of: open)
            if !forgotten.isEmpty { try letGo(forgotten) }
            try goOn()
        }
    }

    private func letGo(_ records: [RegistryScan.Shown]) throws {
        try ledger.write { db in
            for record in records { try applier.leave(record.id.text, of: record.organization, record.entity, db) }
            try applier.mergeWords(db)
            try MaintenanceTask.scrub.add(db)
        }
        try valuesWent()
    }
}

extension RecordResult {
    /// Whether retention removes the record whole.
    func isOver(before first: Int64) -> Bool {
        state?.status != .open && what != .notice(.erased) && Int64(clamping: revision) < first
    }
}
