import LeadModel
import Redis

/// A partition's schedule of what expires. The lane that leases the partition processes the due entries.
///
/// Each step is atomic. It changes nothing if the token is no longer the partition's, or if the record or entry is not as
/// it was read. Entries that a crash leaves undone stay due.
public struct Schedule {
    public struct Entry: Hashable, Sendable {
        /// As stored in the schedule.
        public var text: String
        /// Nil for an entry that can't be read; it is dismissed.
        public var member: ScheduleMember?
        public var due: Moment
    }

    public enum Outcome: Equatable, Sendable {
        case done
        /// The record is no longer as it was read.
        case overtaken
        /// Another lane has the partition's lease.
        case fenced
    }

    /// A record to be removed completely.
    public struct Purge: Sendable {
        public var id: Exact
        /// The revision that was loaded.
        public var revision: UInt64
        /// Its entries in the schedule, which are removed with it.
        public var entries: [ScheduleMember]
        /// Removes its referrers too: for an erased account or contact.
        public var deletesReferrers: Bool

        public init(id: Exact, revision: UInt64, entries: [ScheduleMember], deletesReferrers: Bool) {
            (self.id, self.revision, self.entries, self.deletesReferrers) = (id, revision, entries, deletesReferrers)
        }
    }

    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// The first due entries, in the order of their times.
    public func due(in partition: Partition, now: Moment, limit: Int) throws -> [Entry] {
        let reply = try redis.call(
            "ZRANGEBYSCORE", partition.schedule, "-inf", now.milliseconds, "WITHSCORES", "LIMIT", 0, limit)
        guard let parts = reply.array else {
            throw redis.unexpected(reply, to: "ZRANGEBYSCORE \(partition.schedule)")
        }
        return stride(from: 0, to: parts.count - 1, by: 2).compactMap { place in
            guard let text = parts[place].text, let due = parts[place + 1].milliseconds else { return nil }
            return Entry(text: text, member: ScheduleMember(text), due: due)
        }
    }

    /// Those of the entries that still exist and are due. Call it after reading their records: a record and its entries
    /// change in one step, so if the revision is unchanged at the commit, the entries are too.
    public func stillDue(_ entries: [Entry], in partition: Partition, now: Moment) throws -> [Entry] {
        guard !entries.isEmpty else { return [] }
        var pipeline = Pipeline()
        pipeline.begin("ZMSCORE", parts: 2 + entries.count)
        pipeline.append(partition.schedule)
        for entry in entries { pipeline.append(entry.text) }
        let scores = try redis.runAll(pipeline)[0].array ?? []
        return zip(entries, scores).compactMap { entry, score in
            guard let due = score.milliseconds, due <= now else { return nil }
            return Entry(text: entry.text, member: entry.member, due: due)
        }
    }

    /// Removes due records, each only if its revision is still the one that was loaded.
    public func purge(_ purges: [Purge], in partition: Partition, token: Int64) throws -> [Outcome] {
        var pipeline = Pipeline()
        for purge in purges {
            let entries = purge.entries.map(\.text)
            pipeline.begin(
                .purge,
                keys: [
                    partition.sweep, partition.schedule, partition.records, partition.dirty, partition.work,
                    partition.fanOuts, partition.referrers(purge.id),
                ], arguments: 4 + entries.count)
            pipeline.append(token)
            pipeline.append(purge.id.text)
            pipeline.append(RecordBlob.revision(purge.revision))
            pipeline.append(purge.deletesReferrers ? 1 : 0)
            for entry in entries { pipeline.append(entry) }
        }
        return try redis.runAll(pipeline).map { $0.int == 1 ? .done : $0.int == 0 ? .overtaken : .fenced }
    }

    /// Removes entries that need no further work, each only if its time is as it was read; a day's entry with its counters.
    ///
    /// - Returns: false if fenced.
    public func dismiss(_ entries: [Entry], in partition: Partition, token: Int64) throws -> Bool {
        guard !entries.isEmpty else { return try holds(partition, token: token) }
        var pipeline = Pipeline()
        pipeline.begin(
            .dismiss, keys: [partition.sweep, partition.schedule, partition.usage], arguments: 1 + 3 * entries.count)
        pipeline.append(token)
        for entry in entries {
            pipeline.append(entry.text)
            pipeline.append(entry.due.milliseconds)
            if case .day(let day)? = entry.member { pipeline.append(day) } else { pipeline.append("") }
        }
        return try redis.runAll(pipeline)[0].int == 1
    }

    /// Makes entries due later, for records that can't be read. Changes nothing if fenced.
    public func putOff(_ entries: [Entry], until due: Moment, in partition: Partition, token: Int64) throws {
        var pipeline = Pipeline()
        for entry in entries {
            pipeline.add(
                .putOffEntry, keys: [partition.sweep, partition.schedule], token, entry.text,
                entry.due.milliseconds, due.milliseconds)
        }
        _ = try redis.runAll(pipeline)
    }

    /// Adds entries, except those that exist. False if fenced.
    public func add(_ members: [ScheduleMember], due: Moment, in partition: Partition, token: Int64) throws -> Bool {
        var pipeline = Pipeline()
        pipeline.begin(.scheduleMore, keys: [partition.sweep, partition.schedule], arguments: 2 + members.count)
        pipeline.append(token)
        pipeline.append(due.milliseconds)
        for member in members { pipeline.append(member.text) }
        return try redis.runAll(pipeline)[0].int == 1
    }

    /// Whether the token is still the partition's.
    public func holds(_ partition: Partition, token: Int64) throws -> Bool {
        try add([], due: Moment(microseconds: 0), in: partition, token: token)
    }

    /// An index entry: a record (`kind`, `id`) that references an account or contact.
    public struct Reference: Hashable, Sendable {
        public var entity: RecordStore.Place
        public var kind: RecordKind
        public var id: Exact

        public init(entity: RecordStore.Place, kind: RecordKind, id: Exact) {
            (self.entity, self.kind, self.id) = (entity, kind, id)
        }
    }

    /// Removes referrers, or adds them back. They are stored in the entities' partitions, which the token does not guard:
    /// `DueEntries` has the order of steps that keeps them correct.
    public func set(_ references: [Reference], present: Bool) throws {
        var pipeline = Pipeline()
        for reference in references {
            let key = reference.entity.partition.referrers(reference.entity.id)
            let member = FanOuts.member(reference.kind, reference.id)
            if present { pipeline.add("ZADD", key, 0, member) } else { pipeline.add("ZREM", key, member) }
        }
        _ = try redis.runAll(pipeline)
    }
}

extension Reply {
    /// A score in whole milliseconds.
    fileprivate var milliseconds: Moment? {
        text.flatMap(Double.init).flatMap { Int64(exactly: $0) }.flatMap {
            // A time that no entry has is damage.
            (-(1 << 53)...(1 << 53)).contains($0) ? Moment(milliseconds: $0) : nil
        }
    }
}

extension Script {
    /// Keys: sweep, schedule, records, dirty, work, fanOuts, the record's referrers. Arguments: token, id, revision, 1 where
    /// its referrers go too, its entries. Answer: 1 done, 0 overtaken, -1 fenced.
    fileprivate static let purge = Script(
        "purge",
        """
        local sweep, schedule, records, dirty, work, fanOuts, referrers = unpack(KEYS)
        if redis.call('HGET', sweep, 'token') ~= ARGV[1] then return -1 end
        local blob, id = redis.call('HGET', records, ARGV[2]), ARGV[2]
        if not blob or string.sub(blob, \(RecordBlob.revisionRange)) ~= ARGV[3] then return 0 end
        redis.call('HDEL', records, id)
        redis.call('SREM', dirty, id)
        redis.call('SREM', work, id)
        redis.call('ZREM', schedule, unpack(ARGV, 5))
        if ARGV[4] == '1' then
          redis.call('DEL', referrers)
          redis.call('HDEL', fanOuts, id)
        end
        return 1
        """)

    /// Keys: sweep, schedule, usage. Arguments: token, then for each entry: member, due, day or empty. Answer: 1 done, -1
    /// fenced.
    fileprivate static let dismiss = Script(
        "schedule dismiss",
        """
        local sweep, schedule, usage = unpack(KEYS)
        if redis.call('HGET', sweep, 'token') ~= ARGV[1] then return -1 end
        for i = 2, #ARGV, 3 do
          local due = redis.call('ZSCORE', schedule, ARGV[i])
          if due and tonumber(due) == tonumber(ARGV[i + 1]) then
            redis.call('ZREM', schedule, ARGV[i])
            if ARGV[i + 2] ~= '' then
              redis.call('HDEL', usage, ARGV[i + 2] .. ':records', ARGV[i + 2] .. ':scorings')
            end
          end
        end
        return 1
        """)

    /// Keys: sweep, schedule. Arguments: token, member, due as it was read, the new due.
    fileprivate static let putOffEntry = Script(
        "schedule put off",
        """
        if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return -1 end
        if tonumber(redis.call('ZSCORE', KEYS[2], ARGV[2]) or '') ~= tonumber(ARGV[3]) then return 0 end
        redis.call('ZADD', KEYS[2], ARGV[4], ARGV[2])
        return 1
        """)

    /// Keys: sweep, schedule. Arguments: token, due, members. Answer: 1 done, -1 fenced.
    fileprivate static let scheduleMore = Script(
        "schedule more",
        """
        if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return -1 end
        for i = 3, #ARGV do redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[i]) end
        return 1
        """)
}
