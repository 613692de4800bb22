import LeadModel
import Redis

/// Everything that the registry stores about one record, except counters, which identify no record.
public struct RecordExport {
    public var record: Record
    public var readAt: Moment
    /// The entities that it refers to.
    public var entities = RelatedEntities()
    /// For an account or contact: its referrers.
    public var referrers: [(kind: RecordKind, id: Exact)] = []
    /// Its entries in the schedule, the earliest first.
    public var expiring: [(member: ScheduleMember, due: Moment)] = []

    /// Reads it in several steps, which is not one consistent snapshot if the record changes meanwhile.
    ///
    /// - Parameter partitions: the organization's number of partitions.
    /// - Throws: `RedisError`; `RecordBlob.Damaged`.
    public init(_ place: RecordStore.Place, partitions: Int, from redis: RedisConnection) throws {
        let store = RecordStore(redis)
        let (now, records) = try store.load([place])
        (readAt, record) = (now, records[0])
        entities = try store.entities(
            referencedBy: [record], organization: place.partition.organization, partitions: partitions)[0]
        if RecordKind.related.contains(place.partition.kind) { referrers = try FanOuts(redis).referrers(of: place) }
        expiring = try Self.expiring(place, redis)
    }

    private static func expiring(
        _ place: RecordStore.Place, _ redis: RedisConnection
    ) throws -> [(member: ScheduleMember, due: Moment)] {
        // A scan may return a member twice when the set grows or shrinks meanwhile.
        var found: [ScheduleMember: Moment] = [:]
        var cursor = "0"
        repeat {
            let reply = try redis.call("ZSCAN", place.partition.schedule, cursor, "COUNT", 500)
            guard let page = reply.array, page.count == 2, let next = page[0].text, let parts = page[1].array else {
                throw redis.unexpected(reply, to: "ZSCAN \(place.partition.schedule)")
            }
            for index in stride(from: 0, to: parts.count - 1, by: 2) {
                guard let member = parts[index].text.flatMap(ScheduleMember.init), member.id == place.id,
                    let due = parts[index + 1].text.flatMap(Double.init).flatMap(Moment.init(stored:))
                else { continue }
                found[member] = due
            }
            cursor = next
        } while cursor != "0"
        return found.sorted { ($0.value, $0.key.text) < ($1.value, $1.key.text) }.map {
            (member: $0.key, due: $0.value)
        }
    }
}
