import LeadModel
import Redis

/// How many events of an organization were in a tie, by day: same time, same `sequence`, other values (`Stamp`). They show
/// operators that a source has too coarse a clock and sends no `sequence`.
///
/// A count expires a week after its day. Workers note theirs once a minute, so what one counted before it died is lost.
public struct TieCounts {
    public static let days = 7

    private let redis: RedisConnection

    public init(_ redis: RedisConnection) { self.redis = redis }

    /// Adds to the counts of today.
    ///
    /// - Parameter ties: by organization.
    public func add(_ ties: [String: Int], now: Moment) throws {
        var pipeline = Pipeline()
        for (name, count) in ties {
            let key = Keyspace.OrganizationKeys(name).ties(now.dayText)
            pipeline.add("INCRBY", key, count)
            pipeline.add("EXPIRE", key, (Self.days + 1) * 86_400)
        }
        if !pipeline.isEmpty { _ = try redis.runUnlessDamaged(pipeline) }
    }

    /// The ties of today and the days before, by organization; those without any are left out.
    public func counts(of organizations: [String], now: Moment) throws -> [(organization: String, count: Int)] {
        try organizations.compactMap { name in
            var pipeline = Pipeline()
            for day in 0..<Self.days {
                pipeline.add("GET", Keyspace.OrganizationKeys(name).ties(now.adding(days: -day).dayText))
            }
            let sum = try redis.runUnlessDamaged(pipeline).reduce(0) { $0 + Int(min(max(0, $1.int ?? 0), 1 << 40)) }
            return sum > 0 ? (name, sum) : nil
        }
    }
}
