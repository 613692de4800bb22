import Foundation
import Logging
import Rabbit
import Redis
import Running
import ServiceLifecycle

/// Takes record events, and publishes scores: lanes on threads of their own, until it is told to stop.
///
/// It waits for what is away, at its start too. Told to stop, it works off what it holds and ends within 30 seconds.
public struct Worker: Service {
    public let options: WorkerOptions
    public let tally: Tally
    private let log: Logger

    public init(_ options: WorkerOptions, tally: Tally = Tally(), log: Logger) {
        (self.options, self.tally, self.log) = (options, tally, log)
    }

    public func run() async throws {
        let stop = StopSignal()
        await withTaskCancellationOrGracefulShutdownHandler {
            await runThreads(stop)
        } onCancelOrGracefulShutdown: {
            stop.set()
        }
    }

    private func runThreads(_ stop: StopSignal) async {
        let watch = RegistryWatch()
        let shared = Lane.Shared(
            tally: tally, outages: Outages(log: log), watch: watch, board: SweepBoard(), stop: stop, log: log)
        if let points = options.failPoints {
            log.warning("fail points are set (\(points.text)): this worker fails on purpose, and is for trials only")
        }
        log.info("worker starts with \(options.lanes) lane\(options.lanes == 1 ? "" : "s")")
        await withTaskGroup { group in
            group.addTask { await onThread("registry watch") { watch.run(options.redis, until: stop) } }
            group.addTask {
                await onThread("stats log") { StatsLog(options: options, tally: tally, log: log).run(until: stop) }
            }
            group.addTask { await onThread("usage") { UsagePublisher(options: options, stop: stop, log: log).run() } }
            group.addTask {
                await onThread("sweeps") {
                    SweepSchedule(options: options, board: shared.board, stop: stop, log: log).run()
                }
            }
            group.addTask { await onThread("mover") { runRelay(shared) } }
            for number in 0..<options.lanes {
                group.addTask { await onThread("lane \(number)") { runLane(number, shared) } }
            }
        }
        log.info("worker has stopped")
    }

    private func runLane(_ number: Int, _ shared: Lane.Shared) {
        var kept: RedisStores?
        defer { kept?.redis.close() }
        keepRunning("lane \(number)", number, shared) { backoff in
            let stores = try kept.flatMap(RedisStores.init(reusing:)) ?? RedisStores(options.redis, log: log)
            kept = stores
            shared.outages.ended("Redis", lane: number)
            let lane = try Lane(number: number, options: options, shared: shared, stores: stores)
            defer {
                lane.close()
                kept = lane.stores
                if lane.hasSettled { backoff.reset() }
            }
            log.info("lane \(number) is taking work")
            try lane.work()
        }
    }

    private func runRelay(_ shared: Lane.Shared) {
        keepRunning("the mover", UndeliveredRelay.number, shared) { backoff in
            let mover = try UndeliveredRelay(options: options, shared: shared)
            defer { mover.close() }
            backoff.reset()
            try mover.work()
        }
    }

    /// Runs something, and once more as long as it ends by an error and is not told to stop.
    private func keepRunning(
        _ name: String, _ number: Int, _ shared: Lane.Shared, _ life: (inout Backoff) throws -> Void
    ) {
        var backoff = Backoff()
        while !shared.stop.isSet {
            do {
                try life(&backoff)
                return
            } catch is Lane.Stopped {
                return
            } catch let error as Lane.DrainTooLong {
                log.warning("\(name): \(error)")
                return
            } catch let error as RedisError {
                shared.outages.began("Redis", lane: number, "\(error)")
            } catch let error as RabbitError {
                shared.outages.began("RabbitMQ", lane: number, "\(error)")
            } catch {
                log.error("\(name) begins anew: \(error)")
            }
            shared.stop.wait(atMost: backoff.delay())
        }
    }
}
