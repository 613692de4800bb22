import LeadModel
import Rabbit
import Redis
import Registry
import Running

// What a lane does while it waits for a server, and how long it waits.

extension Lane {
    /// Repeats some work with Redis until Redis does it. Only for work that may be done twice.
    func whileRedisIsThere<Answer>(_ work: () throws -> Answer) throws -> Answer {
        while true {
            do {
                return try work()
            } catch let error as RedisError where error.isOutage {
                try awaitRedis(error)
            }
        }
    }

    /// Waits until Redis serves, and connects again. The lane keeps its messages meanwhile.
    func awaitRedis(_ cause: RedisError) throws {
        shared.outages.began("Redis", for: name, "\(cause)")
        // A refusal can last although Redis serves: then each attempt waits longer than the one before.
        var backoff = cause.isAway ? Backoff() : redisBackoff ?? Backoff()
        while true {
            try keepAlive(for: backoff.delay())
            redisBackoff = backoff
            do {
                return replaceStores(
                    by: try RedisStores(options.redis, isProved: !cause.isAway, log: shared.log))
            } catch let error as RedisError where error.isOutage {
                continue
            }
        }
    }

    /// Call it where everything that the lane asked of Redis has been done.
    func noteRedisServes() {
        guard redisBackoff != nil else { return }
        redisBackoff = nil
        shared.outages.ended("Redis", for: name)
    }

    /// Keeps both connections to the broker alive while the lane waits for something else.
    ///
    /// - Throws: `HeldTooLong` when its messages must be returned to the broker; `RabbitError`.
    func keepAlive(for time: Duration) throws {
        let end = ContinuousClock.now + time
        repeat {
            try inbox.collect()
            try publisher.poll(for: min(.milliseconds(200), max(.zero, end - .now)))
            try checkPatience()
            keepLeases()
            if oldestHeld == nil, inFlight.isEmpty, leased.inFlight == 0, shared.stop.isSet { throw Stopped() }
        } while ContinuousClock.now < end
    }

    /// When its oldest message arrived: in the turn, in flight or waiting.
    var oldestHeld: ContinuousClock.Instant? {
        [heldSince, isolated?.delivery.arrived, oldestInFlight, inbox.oldestArrival].compactMap(\.self).min()
    }

    /// When the oldest message in flight arrived; nil if only records of sweeps are in flight.
    var oldestInFlight: ContinuousClock.Instant? { inFlight.lazy.compactMap(\.arrived).min() }

    /// - Throws: `HeldTooLong`; `DrainTooLong` when the worker began to stop too long ago; `RabbitError` when the broker
    ///   omits confirms.
    func checkPatience() throws {
        reportWhetherBlocked()
        try publisher.demandAnswers(within: .seconds(30))
        if let oldestHeld, options.ticks() - oldestHeld > options.longestHold { throw HeldTooLong() }
        if shared.stop.elapsed > options.longestDrain { throw DrainTooLong() }
    }

    struct HeldTooLong: Error, CustomStringConvertible {
        var description: String { "its messages are given back to the broker: they can't be finished now" }
    }

    /// The worker stopped while the lane waited for a server, and the lane has nothing to finish.
    struct Stopped: Error {}

    struct DrainTooLong: Error, CustomStringConvertible {
        var description: String {
            "could not finish its messages before the worker had to stop: the broker delivers them again"
        }
    }
}
