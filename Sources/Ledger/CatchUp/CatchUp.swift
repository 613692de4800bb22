import Contract
import LeadModel
import Redis

// The stream may lack results: the ledger was down for longer than the stream keeps them, or the stream lost its end with a
// power loss. So each run of a projector reads the registry once.

extension ProjectorRun {
    /// Applies the latest result of every record as the registry has it, and marks records deleted that the registry has
    /// forgotten. Batches of the stream are applied between its steps.
    ///
    /// - Parameter report: called with the progress, in words.
    /// - Returns: what of the registry could not be read. If anything, the task stays pending.
    /// - Throws: `Stopped`; errors of the servers and the file.
    func catchUp(_ report: (String) throws -> Void = { _ in }) throws -> [String] {
        shared.log.info("ledger catches up with the registry")
        let redis = try RedisConnection(shared.options.redis)
        defer { redis.close() }
        // Retention would remove older records again.
        let first = LedgerRetention.firstKept(days: shared.options.days, now: shared.options.now)
        var (waiting, read): ([ReadResult], Int) = ([], 0)
        func applyWaiting() throws {
            var counts = ProjectorTally.Counts()
            counts.caughtUp = waiting.count
            try apply(waiting, at: nil, &counts)
            shared.tally.add(counts)
            read += waiting.count
            waiting = []
            try applyStream()
            try report("\(read) records read from the registry")
        }
        let scan = RegistryScan(redis)
        let faults = try scan.read { result in
            if case .ofRecord(let result) = result, result.isOver(before: first) { return }
            waiting.append(result)
            if waiting.count == Self.batch { try applyWaiting() }
        }
        try applyWaiting()
        shared.outages.ended("Redis", for: Projector.thread)
        for fault in faults { shared.log.error("the ledger can't catch up with all of the registry: \(fault)") }
        guard faults.isEmpty else { return faults }
        try markForgotten(scan)
        try ledger.write(MaintenanceTask.catchUp.finish)
        shared.log.info("ledger has caught up with the registry")
        return []
    }

    /// Applies what has arrived in the stream meanwhile.
    private func applyStream() throws {
        repeat {
            if shared.stop.isSet { throw Stopped() }
            try applyBatch(wait: .zero)
            try between()
        } while isBehind
    }

    /// Marks open records deleted that the registry has forgotten: the ledger missed their deletion, and their tombstones
    /// have expired since.
    private func markForgotten(_ scan: RegistryScan) throws {
        var number: Int64 = 0
        while let (open, last) = try ledger.read({ try OpenRecords.page(after: number, atMost: Self.batch, $0) }) {
            number = last
            let forgotten = try scan.forgotten(of: open)
            if !forgotten.isEmpty { try markDeleted(forgotten) }
            try applyStream()
        }
    }

    private func markDeleted(_ records: [RegistryScan.Shown]) throws {
        try ledger.write { db in
            for record in records {
                try applier.markDeleted(record.id.text, of: record.organization, record.entity, db)
            }
            try applier.mergeWords(db)
            try MaintenanceTask.scrub.add(db)
        }
        try valuesWereErased()
    }
}

extension RecordResult {
    /// Whether retention would remove the whole record.
    func isOver(before first: Int64) -> Bool {
        state?.status != .open && what != .notice(.erased) && Int64(clamping: revision) < first
    }
}
