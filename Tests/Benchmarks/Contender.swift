import Contract
import Fleet
import Foundation

/// Who drains the queue.
enum Contender: String, CaseIterable, Codable {
    case forwarder
    case worker
    case workerTwoLanes = "worker-2-lanes"
    /// With ten models, of which nine have filters of three conditions that no lead meets.
    case workerTenModels = "worker-10-models"
    case pikaAsync = "pika-async"
    case pikaBlocking = "pika-blocking"
    case celery

    /// The slow get fewer leads, or a round would take half an hour.
    var share: Int {
        switch self {
        case .forwarder, .worker, .workerTwoLanes, .workerTenModels: 1
        case .pikaAsync: 3
        case .pikaBlocking, .celery: 30
        }
    }

    var isPython: Bool {
        switch self {
        case .pikaAsync, .pikaBlocking, .celery: true
        case .forwarder, .worker, .workerTwoLanes, .workerTenModels: false
        }
    }

    /// What it takes work from. Celery has a message format of its own, and so a queue.
    var queue: String { self == .celery ? Ground.celeryQueue : Names.created.name }

    /// - Parameter number: of those that run side by side: each writes a log of its own.
    func start(on ground: Ground, python: String, number: Int = 0) throws -> ChildProcess {
        let folder = ground.folder
        func process(_ program: String, _ arguments: [String], _ environment: [String: String], in place: String)
            throws -> ChildProcess
        {
            try ChildProcess(
                program, arguments, environment: environment, folder: place, log: "\(folder)/\(rawValue)-\(number).log")
        }
        func programInPython(_ arguments: [String]) throws -> ChildProcess {
            var environment = ground.pythonEnvironment
            environment["BENCH_QUEUE"] = queue
            return try process(python, arguments, environment, in: Self.pythonFolder)
        }
        switch self {
        case .forwarder:
            let like = WorkerOptions(broker: ground.brokerAddress, redis: ground.redisAddress)
            return try process(
                Self.program("Benchmarks"),
                [
                    "forward", "--broker", ground.broker.url, "--body", ground.sample.bodyFile, "--key",
                    ground.sample.routingKey, "--batch", "\(like.batch)", "--prefetch",
                    "\(like.prefetch[.created] ?? 1)",
                ], [:], in: folder)
        case .worker, .workerTwoLanes, .workerTenModels:
            let servers = ["LEADLINE_BROKER_URL": ground.broker.url, "LEADLINE_REDIS_URL": ground.redis.url]
            let lanes = self == .workerTwoLanes ? "2" : "1"
            return try process(Self.program("leadline"), ["worker", "--lanes", lanes], servers, in: folder)
        case .pikaAsync: return try programInPython(["pika_async.py"])
        case .pikaBlocking: return try programInPython(["pika_blocking.py"])
        case .celery:
            return try programInPython([
                "-m", "celery", "-A", "celery_worker", "worker", "--pool", "prefork", "--concurrency", "2", "-Q",
                Ground.celeryQueue, "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel",
                "ERROR",
            ])
        }
    }

    /// Where the bench is run from is the repository's folder.
    private static let pythonFolder = FileManager.default.currentDirectoryPath + "/Tests/Benchmarks/Python"

    /// A program that was built beside this one.
    static func program(_ name: String) -> String {
        let ours = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (ours as NSString).deletingLastPathComponent + "/" + name
    }
}
