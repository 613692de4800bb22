import LeadModel
import Redis
import Registry
import TestKit

/// Damages what Redis holds of one organization: what a full disk, a wrong script or an older copy leaves behind.
struct RandomTampering {
    let organization: String
    private var random: SeededGenerator

    init(with organization: String, seed: UInt64) {
        self.organization = organization
        random = SeededGenerator(seed: seed)
    }

    private var keys: Keyspace.OrganizationKeys { Keyspace.OrganizationKeys(organization) }

    /// Damages one key.
    mutating func strike(_ redis: RedisConnection) throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5: try spoilRecord(redis)
        case 5: try redis.call("SET", keys.epoch, random.pick(["0", "1", "no number", "-5", "9223372036854775807"]))
        case 6: try spoilLineUp(redis)
        case 7: try redis.call("RPOP", partition().names)
        case 8: try redis.call("HSET", keys.settings, random.pick(["limit", "hysteresis", "retention"]), "no number")
        default:
            let partition = partition()
            let key = random.pick([
                partition.dirty, partition.sweep, partition.work, partition.inFlight, partition.schedule,
                partition.fanOuts, partition.usage, keys.epoch, keys.damaged,
            ])
            try redis.call("DEL", key)
            if random.chance(0.5) { try redis.call("SET", key, "of another type") }
        }
        try redis.call("PUBLISH", random.pick([Keyspace.changes, Keyspace.sweeps]), organization)
    }

    private mutating func partition() -> Partition {
        let number = Int.random(in: 0..<OrganizationSettings().partitions, using: &random)
        return Partition(organization: organization, kind: random.pick(RecordKind.allCases), number: number)
    }

    /// Cuts a stored record, changes one of its bits, or replaces it.
    private mutating func spoilRecord(_ redis: RedisConnection) throws {
        for _ in 0..<10 {
            let records = partition().records
            guard let id = try redis.call("HRANDFIELD", records).bytes,
                var bytes = try redis.call("HGET", records, id).bytes, !bytes.isEmpty
            else { continue }
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            case 1: bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: bytes = Array("\u{7f}garbage".utf8)
            }
            try redis.call("HSET", records, id, bytes)
            return
        }
    }

    private mutating func spoilLineUp(_ redis: RedisConnection) throws {
        if random.chance(0.5) {
            try redis.call("SET", keys.published(.lead), random.pick(["garbage", "9 test", "1 other", ""]))
        } else {
            try redis.call("HSET", keys.artifacts(.lead), "1 test", random.pick(["{", "", "null", "{\"format\":99}"]))
        }
        if random.chance(0.5) { try redis.call("SET", keys.epoch, Int.random(in: 1...10_000, using: &random)) }
    }
}
