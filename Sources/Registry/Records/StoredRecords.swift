import LeadModel
import Redis

/// Reads all stored records of one kind of an organization, joined with the entities that they refer to, partition by
/// partition in small steps, so that it does not block other clients.
///
/// A record that is stored while it reads may be read or not; every other record is read once. For one thread.
public struct StoredRecords {
    /// Records per step, about: a fraction of a millisecond of Redis's time.
    private static let steps = 16...256

    private let redis: RedisConnection
    private let store: RecordStore
    private let partitions: [Partition]

    public init(_ redis: RedisConnection, organization: String, kind: RecordKind, partitions count: Int) {
        (self.redis, store) = (redis, RecordStore(redis))
        partitions = (0..<count).map { Partition(organization: organization, kind: kind, number: $0) }
    }

    /// - Throws: `RedisError`; `RecordBlob.Damaged`; what `body` throws.
    public func read(_ body: (Exact, Record) throws -> Void) throws {
        try read(damaged: { throw $0 }, body)
    }

    /// Continues after a damaged record.
    ///
    /// - Parameter damaged: called for each record, or rest of a partition, that can't be read.
    /// - Throws: `RedisError`; what `damaged` and `body` throw.
    public func read(damaged: (RecordBlob.Damaged) throws -> Void, _ body: (Exact, Record) throws -> Void) throws {
        for partition in partitions {
            do {
                try read(partition, damaged, body)
            } catch let error as RecordBlob.Damaged {
                try damaged(error)
            }
        }
    }

    private func read(
        _ partition: Partition, _ damaged: (RecordBlob.Damaged) throws -> Void, _ body: (Exact, Record) throws -> Void
    ) throws {
        var names = NameTable(incarnation: "")
        // A scan may return a record twice when the hash grows or shrinks meanwhile.
        var seen: Set<Exact> = []
        var (cursor, step) = ("0", PipelineSize(records: Self.steps))
        repeat {
            var pipeline = Pipeline()
            pipeline.add("HSCAN", partition.records, cursor, "COUNT", step.records)
            // After the records: the dictionary only grows, so it then has every name that they use.
            pipeline.add("LRANGE", partition.names, 0, names.incarnation.isEmpty ? -1 : 0)
            pipeline.add("LRANGE", partition.names, names.knownLength, -1)
            let replies = try redis.runUnlessDamaged(pipeline)
            if let error = replies.lazy.compactMap(\.error).first {
                throw RecordBlob.Damaged(description: "\(partition.records): \(error)")
            }
            guard let page = replies[0].array, page.count == 2, let next = page[0].text, let found = page[1].array
            else { throw redis.unexpected(replies[0], to: "HSCAN \(partition.records)") }
            let head = (replies[1].array ?? []).map { $0.text ?? "" }
            if names.incarnation.isEmpty {
                names = NameTable(list: head) ?? names
            } else if head.first == names.incarnation {
                names.append((replies[2].array ?? []).map { $0.text ?? "" })
            } else {
                throw RecordBlob.Damaged(description: "\(partition.records) was replaced while it was read; try again")
            }
            step.note(bytes: found.reduce(0) { $0 + ($1.bytes?.count ?? 0) }, of: found.count / 2)
            var (ids, records): ([Exact], [Record]) = ([], [])
            for place in stride(from: 0, to: found.count - 1, by: 2) {
                guard let id = found[place].text.map({ Exact($0) }), let blob = found[place + 1].bytes else { continue }
                guard seen.insert(id).inserted else { continue }
                do {
                    records.append(try RecordBlob.decode(blob, names: names))
                    ids.append(id)
                } catch {
                    let name = DamagedRecord.name(of: .init(partition: partition, id: id))
                    try damaged(.init(description: "\(partition.organization): record \(name): \(error)"))
                }
            }
            let entities = try store.entities(
                referencedBy: records, organization: partition.organization, partitions: partitions.count)
            for place in ids.indices { try body(ids[place], records[place].joined(with: entities[place])) }
            cursor = next
        } while cursor != "0"
    }
}
