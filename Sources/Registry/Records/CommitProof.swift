import LeadModel
import Redis

extension RecordStore {
    /// Stores a record of no organization by the same script as every commit, loads it and removes it: so Redis accepts
    /// writes, and this client has the rights that a lane needs.
    ///
    /// If the process dies halfway, the next proof removes what is left. Several processes may prove at once.
    ///
    /// - Returns: Redis's time.
    /// - Throws: `RedisError`.
    public static func prove(_ redis: RedisConnection) throws -> Moment {
        // No organization has such a name.
        let partition = Partition(organization: "~proof", kind: .lead, number: .random(in: 0..<100))
        // With what the partition notes about its dictionary, or the next commit would find that names were lost.
        let keys = [partition.records, partition.names, partition.dirty, partition.sweep]
        func clear() throws {
            var pipeline = Pipeline()
            for key in keys { pipeline.add("DEL", key) }
            _ = try redis.runAll(pipeline)
        }
        try clear()
        let store = RecordStore(redis)
        let place = Place(partition: partition, id: "proof")
        let (now, former) = try store.load([place])
        var record = former[0]
        record.revision += 1
        _ = try store.commit(
            [Change(place: place, expected: 0, record: record, isScored: false, counts: false)], now: now)
        let proved = try store.load([place]).now
        try clear()
        return proved
    }
}
