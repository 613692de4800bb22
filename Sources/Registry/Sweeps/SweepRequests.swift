import LeadModel
import Redis

/// What someone requested for an organization's records of one entity, in addition to the daily sweep. A request is stored
/// with the organization until every partition has started a sweep with its number or a later one. So a request that comes
/// while a sweep runs is not lost.
public enum SweepRequest: Hashable, Sendable {
    /// A sweep of the pending records, or a full one if the published version or the window changed or the scorecard
    /// reads ages.
    case run
    /// The grade ranges changed.
    case grades
    /// The published model was deleted.
    case unscored
    /// Every result that was ever published is published again: to one queue, or, if nil, to all.
    case republish(to: String?)

    /// As stored in Redis: `run`, `republish`, `republish <queue>`.
    var text: String {
        switch self {
        case .run: "run"
        case .grades: "grades"
        case .unscored: "unscored"
        case .republish(let queue): queue.map { "republish \($0)" } ?? "republish"
        }
    }

    init?(text: Substring) {
        switch text {
        case "run": self = .run
        case "grades": self = .grades
        case "unscored": self = .unscored
        case "republish": self = .republish(to: nil)
        // By bytes: a blank and a combining mark behind it are one Character.
        case _ where text.utf8.starts(with: "republish ".utf8):
            self = .republish(to: String(decoding: text.utf8.dropFirst(10), as: UTF8.self))
        default: return nil
        }
    }
}

/// A request with the number of the sweep that it requests.
public struct NumberedSweepRequest: Hashable, Sendable {
    /// The time of the request in milliseconds, or the next number that is free: higher than that of any earlier request or
    /// due sweep.
    public var sweep: Int64
    public var request: SweepRequest

    public init(sweep: Int64, request: SweepRequest) { (self.sweep, self.request) = (sweep, request) }

    /// `<sweep> <request>`
    var text: String { "\(sweep) \(request.text)" }

    init?(text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let sweep = Int64(parts[0]), let request = SweepRequest(text: parts[1]) else {
            return nil
        }
        (self.sweep, self.request) = (sweep, request)
    }
}

extension Script {
    /// For every script that requests a sweep. It gives the request a higher number than all earlier ones, and notifies
    /// the workers. The sorted set keeps the highest number as the member `last`, which is not a request and is never
    /// removed.
    static let requestFunction = """
        local function request(requests, organization, what, now)
          if not now then
            local time = redis.call('TIME')
            now = time[1] * 1000 + math.floor(time[2] / 1000)
          end
          local sweep = string.format('%.0f', math.max(now, (redis.call('ZSCORE', requests, 'last') or -1) + 1))
          redis.call('ZADD', requests, sweep, 'last', sweep, sweep .. ' ' .. what)
          redis.call('PUBLISH', '\(Keyspace.sweeps)', organization)
          return sweep
        end
        """

    /// Keys: requests. Arguments: organization, what, milliseconds now. Answer: the sweep's number.
    static let requestSweep = Script(
        "sweep request",
        """
        \(requestFunction)
        return request(KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]))
        """)

    /// Reads the open requests, and raises `last` to the due time. The sweep to start has the highest of the due time
    /// and these requests' numbers; every later request gets a higher one. So a partition that has started this sweep
    /// has started all requests in this answer, and no later request is mistaken for started.
    ///
    /// Keys: requests. Arguments: the due time, or 0. Answer: the requests.
    static let openRequests = Script(
        "sweep requests",
        """
        if tonumber(ARGV[1]) > tonumber(redis.call('ZSCORE', KEYS[1], 'last') or 0) then
          redis.call('ZADD', KEYS[1], ARGV[1], 'last')
        end
        local requests = redis.call('ZRANGE', KEYS[1], 0, -1)
        for place = #requests, 1, -1 do if requests[place] == 'last' then table.remove(requests, place) end end
        return requests
        """)
}

extension SweepStore {
    /// Requests a sweep, and notifies the workers.
    ///
    /// - Parameter now: the sweep's number is this time in milliseconds, or the next free number.
    /// - Returns: the sweep's number.
    public func request(
        _ request: SweepRequest, organization: String, entity: Entity, now: Moment
    ) throws -> Int64 {
        let reply = try redis.call(
            .requestSweep, keys: [Keyspace.OrganizationKeys(organization).requests(entity)], organization,
            request.text, now.milliseconds)
        guard let sweep = reply.int else { throw redis.unexpected(reply, to: "sweep request") }
        return sweep
    }

    /// The requests that some partition may not have started yet, oldest first.
    public func requests(organization: String, entity: Entity) throws -> [NumberedSweepRequest] {
        try requests(organization: organization, entity: entity, due: 0)
    }

    /// The same, for a process that is about to start the daily sweep that is due: every later request has a higher number
    /// than `due` and than all that are returned.
    public func requests(organization: String, entity: Entity, due: Int64) throws -> [NumberedSweepRequest] {
        let reply = try redis.call(.openRequests, keys: [Keyspace.OrganizationKeys(organization).requests(entity)], due)
        guard let members = reply.array else {
            throw redis.unexpected(reply, to: "sweep requests")
        }
        return members.compactMap { $0.text.flatMap(NumberedSweepRequest.init(text:)) }
    }

    /// Removes requests that every partition has started.
    public func forget(_ requests: [NumberedSweepRequest], organization: String, entity: Entity) throws {
        guard !requests.isEmpty else { return }
        var pipeline = Pipeline()
        pipeline.begin("ZREM", parts: 2 + requests.count)
        pipeline.append(Keyspace.OrganizationKeys(organization).requests(entity))
        for request in requests { pipeline.append(request.text) }
        _ = try redis.runAll(pipeline)
    }
}
