import LeadModel
import Rabbit
import Redis
import Registry
import Running

// What a lane does while it waits for a server, and how long it has patience.

extension Lane {
    /// Does something with Redis, again until Redis answers. Only for what may be done twice.
    func whileRedisIsThere<Answer>(_ work: () throws -> Answer) throws -> Answer {
        while true {
            do {
                return try work()
            } catch let error as RedisError where error.isAway {
                try awaitRedis(error)
            }
        }
    }

    /// Waits until Redis can be reached, with what is held in hand, and connects anew.
    func awaitRedis(_ cause: RedisError) throws {
        shared.outages.began("Redis", lane: number, "\(cause)")
        var backoff = Backoff()
        while true {
            try keepAlive(for: backoff.delay())
            do {
                replaceStores(by: try RedisStores(options.redis, log: shared.log))
                break
            } catch let error as RedisError where error.isAway {
                continue
            }
        }
        shared.outages.ended("Redis", lane: number)
    }

    /// Keeps both connections to the broker alive while the lane waits for something else.
    ///
    /// - Throws: `HeldTooLong` when what it holds must be given back; `RabbitError`.
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

    /// When the oldest message arrived that it holds, in the turn, under way or waiting.
    var oldestHeld: ContinuousClock.Instant? {
        [heldSince, isolated?.delivery.arrived, oldestInFlight, inbox.oldestArrival].compactMap(\.self).min()
    }

    /// When the oldest message arrived that is under way. What is a sweep's alone has none.
    var oldestInFlight: ContinuousClock.Instant? { inFlight.lazy.compactMap(\.arrived).min() }

    /// - Throws: `HeldTooLong`; `DrainTooLong` when it was told to stop too long ago; `RabbitError` when the broker leaves
    ///   confirms out.
    func checkPatience() throws {
        reportWhetherBlocked()
        try publisher.demandAnswers(within: .seconds(30))
        if let oldestHeld, options.ticks() - oldestHeld > options.longestHold { throw HeldTooLong() }
        if shared.stop.elapsed > options.longestDrain { throw DrainTooLong() }
    }

    struct HeldTooLong: Error, CustomStringConvertible {
        var description: String { "what is held is given back, it can't be finished now" }
    }

    /// Told to stop while it waited for a server, with nothing in hand.
    struct Stopped: Error {}

    struct DrainTooLong: Error, CustomStringConvertible {
        var description: String { "told to stop, and could not finish what is held in time" }
    }
}
