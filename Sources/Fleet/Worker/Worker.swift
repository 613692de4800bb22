import Logging
import Rabbit
import Redis
import Running
import ServiceLifecycle

/// Takes record events, and publishes scores: lanes on threads of their own, until the service stops.
///
/// It waits while RabbitMQ or Redis is away, also at its start. When it stops, it works off what it has and ends within
/// 30 seconds.
public struct Worker: Service {
    public let options: WorkerOptions
    public let tally: Tally
    private let outages: Outages
    private let log: Logger

    /// - Parameter outages: those of its process; nil makes its own.
    public init(_ options: WorkerOptions, tally: Tally = Tally(), outages: Outages? = nil, log: Logger) {
        (self.options, self.tally, self.log) = (options, tally, log)
        self.outages = outages ?? Outages(log: log)
    }

    public func run() async throws { await StopSignal.untilShutdown(runThreads) }

    private func runThreads(_ stop: StopSignal) async {
        let shared = Lane.Shared(
            tally: tally, outages: outages, watch: RegistryWatch(), board: SweepBoard(),
            stuck: StuckConsumers(log: log), stop: stop, log: log)
        if let points = options.failPoints {
            log.warning("fail points are set (\(points.text)): this worker fails on purpose, and is for trials only")
        }
        log.info("worker starts with \(options.lanes) lane\(options.lanes == 1 ? "" : "s")")
        await withTaskGroup(of: Void.self) { group in
            func add(_ thread: String, _ work: @escaping @Sendable (ServiceLoop) -> Void) {
                let loop = ServiceLoop(thread, outages: outages, stop: stop, log: log)
                group.addTask { await onThread(thread) { work(loop) } }
            }
            add("registry watch") { shared.watch.run(options.redis, until: stop, in: $0) }
            add("stats log") { _ in StatsLog(options: options, tally: tally, log: log).run(until: stop) }
            add("usage") { _ in UsagePublisher(options: options, stop: stop, log: log).run() }
            add("sweep schedule") {
                SweepSchedule(options: options, board: shared.board, stop: stop, log: log).run(in: $0)
            }
            add(UndeliveredRelay.name) { runRelay(shared, in: $0) }
            let lanesEnded = StopSignal()
            add("refusals") { _ in
                RefusalPublisher(options: options, feed: shared.refusals, tally: tally, log: log).run(until: lanesEnded)
            }
            group.addTask {
                await runLanes(shared)
                lanesEnded.set()
            }
        }
        log.info("worker has stopped")
    }

    private func runLanes(_ shared: Lane.Shared) async {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<options.lanes {
                let loop = ServiceLoop(Lane.name(number), outages: outages, stop: shared.stop, log: log)
                group.addTask { await onThread(Lane.name(number)) { runLane(number, shared, in: loop) } }
            }
        }
    }

    private func runLane(_ number: Int, _ shared: Lane.Shared, in loop: ServiceLoop) {
        var kept: RedisStores?
        // Whether the broker refused what the lane's last life sent. Then only a settled batch shows that it is back.
        var isRefused = false
        defer { kept?.redis.close() }
        loop.run { backoff in
            let stores =
                try kept.flatMap(RedisStores.init(reusing:)) ?? RedisStores(options.redis, isProved: true, log: log)
            kept = stores
            shared.outages.ended("Redis", for: Lane.name(number))
            for fault in try ServerSettings(of: stores.redis).faults where tally.isFirst("\(fault)") {
                log.warning("Redis: \(fault)")
            }
            let lane = try Lane(number: number, options: options, shared: shared, stores: stores)
            if !isRefused { shared.outages.ended("RabbitMQ", for: Lane.name(number)) }
            defer {
                lane.close()
                kept = lane.stores
                if lane.hasSettled { backoff.reset() }
            }
            log.info("lane \(number) is taking work")
            try lane.work()
        } after: {
            isRefused = ($0 as? RabbitError)?.isAway == false
            return consequence(of: $0)
        }
    }

    private func runRelay(_ shared: Lane.Shared, in loop: ServiceLoop) {
        loop.run { backoff in
            let relay = try UndeliveredRelay(options: options, shared: shared)
            defer { relay.close() }
            backoff.reset()
            try relay.work()
        } after: {
            consequence(of: $0)
        }
    }

    private func consequence(of error: any Error) -> ServiceLoop.Consequence {
        switch error {
        case is Lane.Stopped: .ends(warning: nil)
        case is Lane.DrainTooLong: .ends(warning: "\(error)")
        case let error as RedisError where error.isOfStoredData: .failed
        case is RedisError: .awaits(service: "Redis", cause: "\(error)")
        case is RabbitError: .awaits(service: "RabbitMQ", cause: "\(error)")
        default: .failed
        }
    }
}
