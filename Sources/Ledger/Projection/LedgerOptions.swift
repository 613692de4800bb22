import Rabbit
import Redis

/// Settings of a projector, and of commands on its ledger.
public struct LedgerOptions: Sendable {
    public var broker: RabbitAddress
    public var redis: RedisAddress
    /// The SQLite file.
    public var path: String
    /// How long scorings, and records that ended, are kept.
    public var days = 400
    /// Seconds added to this machine's clock, to try retention out.
    public var clockOffset: Int64 = 0
    /// Between two log lines on progress.
    public var minute = Duration.seconds(60)
    /// How long to wait for the message at the ledger's stream position, before the stream counts as recreated.
    public var patience = Duration.seconds(10)

    public init(broker: RabbitAddress, redis: RedisAddress, path: String) {
        (self.broker, self.redis, self.path) = (broker, redis, path)
    }
}
