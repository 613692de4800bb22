import Logging
import Synchronization

/// Logs once that a service is away, and once that it is back, however many threads of the process notice it and however
/// often they try. One object for the whole process.
public final class Outages: Sendable {
    /// The threads that wait for each service.
    private let waiting: Mutex<[String: Set<String>]> = Mutex([:])
    private let log: Logger

    public init(log: Logger) { self.log = log }

    /// - Parameters:
    ///   - service: "Redis".
    ///   - thread: the name of the thread that waits: "lane 0".
    public func began(_ service: String, for thread: String, _ cause: String) {
        let isFirst = waiting.withLock { waiting in
            defer { waiting[service, default: []].insert(thread) }
            return waiting[service, default: []].isEmpty
        }
        if isFirst { log.warning("\(service) is away, waiting for it: \(cause)") }
    }

    public func ended(_ service: String, for thread: String) {
        let wasLast = waiting.withLock { waiting in
            guard waiting[service]?.remove(thread) != nil else { return false }
            return waiting[service]?.isEmpty ?? false
        }
        if wasLast { log.notice("\(service) is back") }
    }
}
