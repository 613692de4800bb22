import Rabbit
import Redis

/// What a projector is started with.
public struct LedgerOptions: Sendable {
    public var broker: RabbitAddress
    public var redis: RedisAddress
    /// The SQLite file.
    public var path: String
    /// How long scorings, and records that ended, are kept.
    public var days = 400
    /// Seconds added to this machine's clock, for trials of what is kept how long.
    public var clockOffset: Int64 = 0
    /// After which the stats log is said.
    public var minute = Duration.seconds(60)
    /// How long the stream may be silent at the place where it was left, until that counts as gone.
    public var patience = Duration.seconds(10)

    public init(broker: RabbitAddress, redis: RedisAddress, path: String) {
        (self.broker, self.redis, self.path) = (broker, redis, path)
    }
}
