import Rabbit
import Redis

/// How a worker runs.
public struct WorkerOptions: Sendable {
    public var broker: RabbitAddress
    public var redis: RedisAddress
    /// Threads, each with connections of its own.
    public var lanes = 1
    /// Records in a batch, as a rule. Alone a record leaves at once; under load batches grow to this.
    public var batch = 256
    /// Unacked messages that a lane may hold of each source: a batch in hand, and four under way. An imported message is a
    /// batch of records as a rule.
    public var prefetch: [Source: Int] = [.created: 1280, .updated: 1280, .imported: 32]
    /// The registry is looked over so often, in case word of a change was lost.
    public var poll = Duration.seconds(5)
    /// Deliveries are given back after so long without Redis, or without a broker that takes results: half of the
    /// broker's own limit.
    public var longestHold = Duration.seconds(15 * 60)
    /// The clock by which that is told, for tests.
    public var ticks: @Sendable () -> ContinuousClock.Instant = { .now }
    /// A worker that is told to stop ends after so long, whatever it still holds.
    public var longestDrain = Duration.seconds(28)
    /// A result that some consumer's queue refuses is tried again after at most so long; all who take it get it each time.
    public var longestRelayPause = Duration.seconds(60)
    /// Where it fails on purpose; nothing: nowhere.
    public var failPoints: FailPoints?
    /// How often usage is told and the stats log is said; shorter in tests.
    public var minute = Duration.seconds(60)
    /// Seconds added to Redis's clock, for tests.
    public var clockOffset: Int64 = 0

    public init(broker: RabbitAddress, redis: RedisAddress) { (self.broker, self.redis) = (broker, redis) }
}
