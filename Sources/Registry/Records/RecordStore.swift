import LeadModel
import Redis

/// Loads and commits stored records for one lane.
///
/// 1. It caches each partition's dictionary of names and updates it with each load.
/// 2. It belongs to the thread of its connection. After a lost connection, create another one.
/// 3. If the process dies during a commit, the part of each partition is committed completely or not at all.
public final class RecordStore {
    /// More records per script call would block Redis, and Lua's `unpack` fails with more than some thousand values.
    private static let recordsPerCall = 500

    private let redis: RedisConnection
    private var tables: [Partition: NameTable] = [:]
    private var reads = PipelineSize(records: 32...256)

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// The dictionary of a partition, as of the last load from it.
    public func names(of partition: Partition) -> NameTable? { tables[partition] }

    /// Reads stored records, and Redis's time before them: in one pipeline, or in several if the records are large.
    ///
    /// - Returns: the records in the order of `places`, empty ones (revision 0) where nothing is stored.
    /// - Throws: `RedisError`; `RecordBlob.Damaged`.
    public func load(_ places: [Place]) throws -> (now: Moment, records: [Record]) {
        try loadReadable(places).whole()
    }

    /// Reads stored records and Redis's time in one pipeline, and continues after a damaged record.
    ///
    /// - Parameter referrers: records that refer to accounts and contacts; stored before the reading.
    /// - Throws: `RedisError`.
    public func loadReadable(
        _ places: [Place], referrers: [(entity: Place, kind: RecordKind, id: Exact)] = []
    ) throws -> LoadedRecords {
        if !referrers.isEmpty {
            // A separate pipeline, so that the positions of the replies below don't change.
            var pipeline = Pipeline()
            for referrer in referrers {
                pipeline.add(
                    "ZADD", referrer.entity.partition.referrers(referrer.entity.id), 0,
                    FanOuts.member(referrer.kind, referrer.id))
            }
            _ = try redis.runUnlessDamaged(pipeline)
        }
        let cached = Set(tables.keys)
        var loaded = try read(places)
        // A cached dictionary may be from before a flush.
        let again = loaded.damaged.keys.filter { cached.contains(places[$0].partition) }
        if !again.isEmpty {
            for index in again { tables[places[index].partition] = nil }
            let reread = try read(again.map { places[$0] })
            for (number, index) in again.enumerated() {
                loaded.records[index] = reread.records[number]
                loaded.damaged[index] = reread.damaged[number]
            }
        }
        return loaded
    }

    private func read(_ places: [Place]) throws -> LoadedRecords {
        var all = try readAtOnce(places[..<min(reads.records, places.count)])
        while all.records.count < places.count {
            let start = all.records.count
            let more = try readAtOnce(places[start..<min(start + reads.records, places.count)])
            for (number, damaged) in more.damaged { all.damaged[start + number] = damaged }
            all.records += more.records
        }
        return all
    }

    /// Reads records in one pipeline.
    private func readAtOnce(_ places: ArraySlice<Place>) throws -> LoadedRecords {
        let places = Array(places)
        let byPartition = Dictionary(grouping: places.indices) { places[$0].partition }
        var pipeline = Pipeline()
        pipeline.add("TIME")
        for (partition, indices) in byPartition {
            pipeline.add("LINDEX", partition.names, 0)
            pipeline.begin("HMGET", parts: 2 + indices.count)
            pipeline.append(partition.records)
            for index in indices { pipeline.append(places[index].id.text) }
            // After the records: the dictionary only grows, so it then has every name that they use.
            pipeline.add("LRANGE", partition.names, tables[partition]?.knownLength ?? 0, -1)
        }
        let replies = try redis.runUnlessDamaged(pipeline)
        guard let now = Moment(timeReply: replies[0]) else {
            throw redis.unexpected(replies[0], to: "TIME")
        }
        var size = 0
        defer { reads.note(bytes: size, of: places.count) }
        var loaded = LoadedRecords(now: now, records: [Record](repeating: Record(), count: places.count))
        for (number, (partition, indices)) in byPartition.enumerated() {
            let (incarnation, blobs, fresh) = (
                replies[1 + number * 3], replies[2 + number * 3], replies[3 + number * 3]
            )
            if let error = [incarnation, blobs, fresh].lazy.compactMap(\.error).first {
                tables[partition] = nil
                let damaged = DamagedRecord(partition: partition, reason: "its keys can't be read: \(error)")
                for index in indices { loaded.damaged[index] = damaged }
                continue
            }
            let table = try updatedTable(of: partition, incarnation: incarnation.text, fresh: fresh)
            guard let blobs = blobs.array, blobs.count == indices.count else {
                throw redis.unexpected(blobs, to: "HMGET \(partition.records)")
            }
            for (index, blob) in zip(indices, blobs) {
                guard let bytes = blob.bytes else { continue }
                size += bytes.count
                do {
                    loaded.records[index] = try RecordBlob.decode(bytes, names: table)
                } catch {
                    loaded.damaged[index] = .init(place: places[index], bytes: bytes, reason: error.description)
                }
            }
        }
        return loaded
    }

    /// The partition's dictionary, with the names that a load read.
    private func updatedTable(of partition: Partition, incarnation: String?, fresh: Reply) throws -> NameTable {
        guard let incarnation else {
            // The partition is empty: the first commit creates the dictionary with this incarnation.
            let created = NameTable(incarnation: String(UInt64.random(in: .min ... .max), radix: 36))
            tables[partition] = created
            return created
        }
        // A name that is no text keeps its place: dropping it would shift the ids of all names after it.
        let list = (fresh.array ?? []).map { $0.text ?? "" }
        if var known = tables[partition], known.incarnation == incarnation {
            known.append(list)
            tables[partition] = known
        } else if tables[partition] == nil, let whole = NameTable(list: list) {
            tables[partition] = whole
        } else {
            let whole = try redis.call("LRANGE", partition.names, 0, -1)
            guard let table = NameTable(list: (whole.array ?? []).map { $0.text ?? "" }) else {
                throw redis.unexpected(whole, to: "LRANGE \(partition.names)")
            }
            tables[partition] = table
        }
        return tables[partition]!
    }

    /// Stores new states with pending marks and usage, each only if the record still has the revision that was loaded.
    ///
    /// - Parameter now: Redis's time as loaded. It decides the month and day in which scorings are counted.
    /// - Returns: the outcome of each change.
    /// - Throws: `RedisError`. Where `isAway`, some, all or none may have been stored.
    public func commit(_ changes: [Change], now: Moment) throws -> [CommitAnswer] {
        var done = [CommitAnswer](repeating: .overtaken, count: changes.count)
        // Separate calls for a sweep's work: the token guards a whole call.
        struct Call: Hashable {
            var partition: Partition
            var token, epoch: Int64?
        }
        var waiting = Dictionary(grouping: changes.indices) { index in
            let change = changes[index]
            return Call(
                partition: change.place.partition, token: change.token, epoch: change.epoch)
        }
        while !waiting.isEmpty {
            // One call a partition at a time: the next one's blobs use the names that this one adds.
            var calls: [(partition: Partition, indices: ArraySlice<Int>)] = []
            var pipeline = Pipeline()
            var room = PipelineSize.bytes
            var called: Set<Partition> = []
            for (call, indices) in waiting where room > 0 && called.insert(call.partition).inserted {
                let part = add(
                    changes, indices.prefix(Self.recordsPerCall), of: call.partition, now: now, to: &pipeline, &room)
                calls.append((call.partition, part))
                waiting[call] = indices.count > part.count ? Array(indices.dropFirst(part.count)) : nil
            }
            let replies: [Reply]
            do {
                replies = try redis.run(pipeline)
            } catch {
                // The names may or may not have been added.
                tables = [:]
                throw error
            }
            for (call, reply) in zip(calls, replies) {
                for (index, what) in try committed(call.indices, of: call.partition, reply) { done[index] = what }
            }
        }
        return done
    }

    /// Adds the call for one partition.
    ///
    /// - Parameters:
    ///   - indices: of the changes. The first are added, and no more once their bytes have used up the room.
    ///   - room: in bytes, more than 0.
    /// - Returns: the indices of those that were added.
    private func add(
        _ changes: [Change], _ indices: ArraySlice<Int>, of partition: Partition, now: Moment,
        to pipeline: inout Pipeline, _ room: inout Int
    ) -> ArraySlice<Int> {
        var table = tables[partition] ?? NameTable(incarnation: String(UInt64.random(in: .min ... .max), radix: 36))
        var blobs: [[UInt8]] = []
        for index in indices where room > 0 {
            blobs.append(RecordBlob.encode(changes[index].record, names: &table))
            room -= blobs[blobs.count - 1].count
        }
        let part = indices.prefix(blobs.count)
        let proposed = table.proposed
        pipeline.begin(
            .commit,
            keys: [
                partition.records, partition.names, partition.dirty, partition.usage, partition.sweep,
                partition.schedule, partition.fanOuts,
            ], arguments: 8 + proposed.count + 5 * part.count)
        pipeline.append(table.incarnation)
        pipeline.append(table.knownLength)
        pipeline.append(proposed.count)
        for name in proposed { pipeline.append(name.text) }
        pipeline.append(now.month.text)
        pipeline.append(now.dayText)
        pipeline.append(Expiry.dayCounters(now: now).text)
        let first = part.first.map { changes[$0] }
        pipeline.append(first?.epoch ?? 0)
        if let token = first?.token { pipeline.append(token) } else { pipeline.append("") }
        for (index, blob) in zip(part, blobs) {
            let expected = changes[index].expected
            let flags = (changes[index].isScored ? 2 : 0) + (changes[index].counts ? 4 : 0)
            pipeline.append(changes[index].place.id.text)
            pipeline.append(expected == 0 ? [] : RecordBlob.revision(expected))
            pipeline.append(blob)
            pipeline.append((changes[index].record.isPending ? 1 : 0) + flags + (changes[index].fansOut ? 8 : 0))
            pipeline.append(changes[index].expiring.map(\.text).joined())
        }
        tables[partition] = table
        return part
    }

    /// The outcome of each change of a commit call.
    private func committed(
        _ indices: ArraySlice<Int>, of partition: Partition, _ reply: Reply
    ) throws -> [(Int, CommitAnswer)] {
        guard let conflicts = reply.array?.compactMap(\.int) else {
            tables[partition] = nil
            if case .error(let message) = reply {
                if RedisError.isOfStoredData(message) { return indices.map { ($0, .damaged(message)) } }
                throw RedisError.of(message, to: "script commit", target: redis.address.description)
            }
            throw redis.unexpected(reply, to: "commit")
        }
        if let refusal = conflicts.first, refusal < 0 {
            tables[partition] = nil
            let what: CommitAnswer =
                switch refusal {
                case -1: .overtaken
                case -2: .oldRegistry
                case -3: .fenced
                default: .damaged("its dictionary of attribute names has lost names")
                }
            return indices.map { ($0, what) }
        }
        tables[partition]?.accept()
        let overtaken = Set(conflicts.map(Int.init))
        return indices.enumerated().map { ($0.element, overtaken.contains($0.offset + 1) ? .overtaken : .stored) }
    }
}
