import Logging
import Synchronization

/// Says once that something is away, and once that it is back, however many lanes notice and however often they try.
public final class Outages: Sendable {
    private let lanesWithout: Mutex<[String: Set<Int>]> = Mutex([:])
    private let log: Logger

    public init(log: Logger) { self.log = log }

    public func began(_ service: String, lane: Int, _ cause: String) {
        let isFirst = lanesWithout.withLock { lanes in
            let wereNone = lanes[service, default: []].isEmpty
            lanes[service, default: []].insert(lane)
            return wereNone
        }
        if isFirst { log.warning("\(service) is away, waiting for it: \(cause)") }
    }

    public func ended(_ service: String, lane: Int) {
        let wasLast = lanesWithout.withLock { lanes in
            guard lanes[service]?.remove(lane) != nil else { return false }
            return lanes[service]?.isEmpty ?? false
        }
        if wasLast { log.notice("\(service) is back") }
    }
}
