import LeadModel
import Redis
import Registry

/// What can't be read in Redis stops neither the lane nor the rest of a batch: it is skipped, logged once without its id,
/// counted, and listed for `leadline damaged`.
extension Lane {
    /// The most lines that one batch logs.
    private static let mostLines = 3

    /// Lists damaged records. Those that are erased are discarded instead: an erasure needs nothing of what was stored.
    ///
    /// - Parameter damaged: by position in `work`.
    /// - Returns: the positions of the discarded records; nothing is stored of them now.
    func setAside(_ damaged: [Int: DamagedRecord], _ work: [Work]) throws -> Set<Int> {
        let erased = work.indices.filter { work[$0].events.contains { $0.event.kind == .erase } }
        guard !damaged.isEmpty || !erased.isEmpty else { return [] }
        var discarded: Set<Int> = []
        for index in erased {
            guard let record = damaged[index], !record.bytes.isEmpty else { continue }
            if try whileRedisIsThere({ try DamagedRecords(redis).drop(record) }) { discarded.insert(index) }
        }
        // A record may have been listed, repaired, and erased now: the list holds a copy of what it was.
        try whileRedisIsThere {
            try DamagedRecords(redis).forget(
                try erased.filter { damaged[$0] == nil }.compactMap { index in
                    try view.organization(work[index].organization).map {
                        place(of: work[index].kind, work[index].id, in: work[index].organization, $0)
                    }
                })
        }
        try setAside(damaged.filter { !discarded.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value))
        return discarded
    }

    /// Lists damaged records, and logs those that were not listed before.
    func setAside(_ damaged: [DamagedRecord]) throws {
        guard !damaged.isEmpty else { return }
        let (new, full) = try whileRedisIsThere { try DamagedRecords(redis).add(damaged, now: now) }
        shared.tally.add([.damaged: new.count])
        for record in new.prefix(Self.mostLines) {
            shared.log.error(
                """
                \(record.place.partition.organization): the stored record \(record.name) is skipped: \(record.reason); see \
                `leadline damaged list`
                """)
        }
        for (name, more) in Dictionary(grouping: new.dropFirst(Self.mostLines), by: \.place.partition.organization) {
            shared.log.error(
                "\(name): \(more.count) more stored records are skipped; see `leadline damaged list`")
        }
        for name in full where shared.tally.isFirst("full list of damaged records of \(name)") {
            shared.log.error(
                "\(name): more than \(DamagedRecords.most) stored records can't be read; the list holds no more of them"
            )
        }
    }

    /// Does one step for a leased partition. If its keys can't be used, the partition is logged and dropped until the lease
    /// lapses.
    func withKeys<Answer>(
        of partition: Partition, _ step: () throws -> Answer, orElse drop: () -> Void
    ) throws -> Answer? {
        do {
            return try step()
        } catch let error as RedisError where error.isOfStoredData {
            try setAside([DamagedRecord(partition: partition, reason: "\(error)")])
            drop()
            return nil
        }
    }
}
