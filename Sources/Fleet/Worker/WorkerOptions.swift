import Contract
import Rabbit
import Redis

/// How a worker runs.
public struct WorkerOptions: Sendable {
    public var broker: RabbitAddress
    public var redis: RedisAddress
    /// Threads, each with connections of its own.
    public var lanes = 1
    /// Records in a batch, as a rule. A single record leaves at once; under load batches grow to this size.
    public var batch = 256
    /// Unacked messages that a lane may have of each source: the present batch, and four in flight. An imported message is
    /// usually a batch of records.
    public var prefetch: [Source: Int] = [.created: 1280, .updated: 1280, .imported: 32]
    /// The most bytes of a stored record's values, see `RecordBlob.size`.
    public var recordBytes = Limits.standard.recordBytes
    /// The bytes of unsettled messages at which a lane stops receiving.
    public var mostBytes = 64 << 20
    /// How often a lane reads the registry, in case the announcement of a change was lost.
    public var poll = Duration.seconds(5)
    /// If a lane can't settle a message within this time, because Redis is away or the broker accepts no results, it
    /// returns its messages to the broker. It is half of the broker's own limit.
    public var longestHold = Duration.seconds(15 * 60)
    /// The clock that `longestHold` is measured by, for tests.
    public var ticks: @Sendable () -> ContinuousClock.Instant = { .now }
    /// A worker that stops ends after so long, whether its messages are finished or not.
    public var longestDrain = Duration.seconds(28)
    /// The longest pause of the undelivered relay before it publishes refused results again.
    public var longestRelayPause = Duration.seconds(60)
    /// Where it fails on purpose; nil for nowhere.
    public var failPoints: FailPoints?
    /// How often usage is published and the stats log is written; shorter in tests.
    public var minute = Duration.seconds(60)
    /// Seconds added to Redis's clock, for tests.
    public var clockOffset: Int64 = 0

    public init(broker: RabbitAddress, redis: RedisAddress) { (self.broker, self.redis) = (broker, redis) }
}
