import Foundation
import Logging
import Rabbit
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
        let shared = Lane.Shared(tally: tally, outages: Outages(log: log), watch: watch, stop: stop, log: log)
        log.info("worker starts with \(options.lanes) lane\(options.lanes == 1 ? "" : "s")")
        await withTaskGroup { group in
            group.addTask { await onThread("registry watch") { watch.run(options.redis, until: stop) } }
            group.addTask { await onThread("minute line") { MinuteLine(tally: tally, log: log).run(until: stop) } }
            group.addTask { await onThread("mover") { runMover(shared) } }
            for number in 0..<options.lanes {
                group.addTask { await onThread("lane \(number)") { runLane(number, shared) } }
            }
        }
        log.info("worker has stopped")
    }

    /// Runs a lane, and another in its place as long as it ends by an error.
    private func runLane(_ number: Int, _ shared: Lane.Shared) {
        var backoff = Backoff()
        while !shared.stop.isSet {
            do {
                let lane = try Lane(number: number, options: options, shared: shared)
                defer { lane.close() }
                log.info("lane \(number) is taking work")
                backoff.reset()
                try lane.work()
                return
            } catch let error as Lane.DrainTooLong {
                log.warning("lane \(number): \(error)")
                return
            } catch {
                shared.outages.began(service(of: error), lane: number, "\(error)")
            }
            shared.stop.wait(atMost: backoff.delay())
        }
    }

    /// Runs the mover, and another in its place as long as it ends by an error.
    private func runMover(_ shared: Lane.Shared) {
        var backoff = Backoff()
        while !shared.stop.isSet {
            do {
                let mover = try Mover(options: options, shared: shared)
                defer { mover.close() }
                backoff.reset()
                try mover.work()
                return
            } catch {
                shared.outages.began(service(of: error), lane: Mover.number, "\(error)")
            }
            shared.stop.wait(atMost: backoff.delay())
        }
    }

    private func service(of error: any Error) -> String {
        switch error {
        case is RabbitError, is Lane.TopologyDamaged: "RabbitMQ"
        default: "Redis"
        }
    }
}

/// Runs something that blocks on a thread of its own.
private func onThread(_ name: String, _ work: @escaping @Sendable () -> Void) async {
    await withCheckedContinuation { continuation in
        let thread = Thread {
            work()
            continuation.resume()
        }
        thread.name = name
        thread.start()
    }
}
