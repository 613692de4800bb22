import Dispatch
import Logging
import ServiceLifecycle
import Synchronization

/// A service in this process, for what only its inside shows or can be given. Call `stop` when done, in a `defer`.
public final class ServiceWithin: Sendable {
    private let lines = Lines()
    private let task: Task<Void, any Error>
    private let ended = DispatchSemaphore(value: 0)

    public init(_ service: (Logger) -> any Service) {
        let service = service(Logger(label: "test") { [lines] _ in Keeper(lines: lines) })
        // Tests block the threads that tasks usually run on.
        task = Task(executorPreference: OwnQueue()) { [ended] in
            defer { ended.signal() }
            try await service.run()
        }
    }

    /// What it has said so far, a line each.
    public var said: [String] { lines.all.withLock { $0 } }

    /// How many of its lines have these words.
    public func count(of words: String) -> Int { said.count { $0.contains(words) } }

    /// Tells it to end, and waits for it. May be called twice.
    public func stop() {
        task.cancel()
        ended.wait()
        ended.signal()
    }

    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private struct Keeper: LogHandler {
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info
        let lines: Lines

        init(lines: Lines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { lines.all.withLock { $0.append(event.message.description) } }
    }

    private final class OwnQueue: TaskExecutor {
        private let queue = DispatchQueue(label: "service within")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
        }
    }
}
