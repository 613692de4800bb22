import LeadModel
import Redis

/// What is asked of an organization's records of one entity besides the daily sweep. It stands at the organization until
/// every partition has started a sweep that is no older: so nothing is forgotten that is asked for while one runs.
public enum SweepRequest: Hashable, Sendable {
    /// A sweep: what changed, and all open records where the registry moved.
    case run
    /// Grades follow from other ranges.
    case grades
    /// The published model was deleted.
    case unscored
    /// All that was ever shown is published again: to one queue, or to all.
    case republish(to: String?)

    /// As it stands in Redis: `run`, `republish`, `republish <queue>`.
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
        case _ where text.hasPrefix("republish "): self = .republish(to: String(text.dropFirst("republish ".count)))
        default: return nil
        }
    }
}

/// An ask with the number of the sweep that it asks for.
public struct NumberedSweepRequest: Hashable, Sendable {
    /// Milliseconds, when it was asked for; larger than that of any ask or due sweep before.
    public var sweep: Int64
    public var ask: SweepRequest

    public init(sweep: Int64, ask: SweepRequest) { (self.sweep, self.ask) = (sweep, ask) }

    /// `<sweep> <ask>`
    var text: String { "\(sweep) \(ask.text)" }

    init?(text: String) {
        let parts = text.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let sweep = Int64(parts[0]), let ask = SweepRequest(text: parts[1]) else { return nil }
        (self.sweep, self.ask) = (sweep, ask)
    }
}

extension Script {
    /// For any script that asks for a sweep: it is told to the workers, and its number is above all before. The sorted set
    /// remembers the highest number as the member `last`, which is no ask and stays.
    static let askFunction = """
        local function ask(asks, organization, what, now)
          if not now then
            local time = redis.call('TIME')
            now = time[1] * 1000 + math.floor(time[2] / 1000)
          end
          local sweep = string.format('%.0f', math.max(now, (redis.call('ZSCORE', asks, 'last') or -1) + 1))
          redis.call('ZADD', asks, sweep, 'last', sweep, sweep .. ' ' .. what)
          redis.call('PUBLISH', '\(Keyspace.sweeps)', organization)
          return sweep
        end
        """

    /// Keys: asks. Arguments: organization, what, milliseconds now. Answer: the sweep's number.
    static let ask = Script(
        "sweep ask",
        """
        \(askFunction)
        return ask(KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3]))
        """)

    /// What is to be started: the highest of the due time and all asks. What is asked for later gets a higher number: so a
    /// partition that has started this one has all that is answered here, and misses nothing that comes.
    ///
    /// Keys: asks. Arguments: the due time, or 0. Answer: the asks.
    static let openRequests = Script(
        "sweep asks",
        """
        if tonumber(ARGV[1]) > tonumber(redis.call('ZSCORE', KEYS[1], 'last') or 0) then
          redis.call('ZADD', KEYS[1], ARGV[1], 'last')
        end
        local asks = redis.call('ZRANGE', KEYS[1], 0, -1)
        for place = #asks, 1, -1 do if asks[place] == 'last' then table.remove(asks, place) end end
        return asks
        """)
}

extension SweepStore {
    /// Asks for a sweep, and tells the workers.
    ///
    /// - Parameter now: its number is that of this time, or the next that is free.
    /// - Returns: the number.
    public func ask(_ ask: SweepRequest, organization: String, entity: Entity, now: Moment) throws -> Int64 {
        let reply = try redis.call(
            .ask, keys: [Keyspace.OrganizationKeys(organization).asks(entity)], organization, ask.text, now.milliseconds
        )
        guard let sweep = reply.int else { throw RedisError.unexpected(command: "sweep ask", reply: reply.shape) }
        return sweep
    }

    /// What was asked for and may not have been started everywhere, the oldest first.
    public func asks(organization: String, entity: Entity) throws -> [NumberedSweepRequest] {
        try asks(organization: organization, entity: entity, due: 0)
    }

    /// The same, for who is about to start the daily sweep that is due: whatever is asked for after this has a higher
    /// number than `due` and than all that is returned.
    public func asks(organization: String, entity: Entity, due: Int64) throws -> [NumberedSweepRequest] {
        let reply = try redis.call(.openRequests, keys: [Keyspace.OrganizationKeys(organization).asks(entity)], due)
        guard let members = reply.array else {
            throw RedisError.unexpected(command: "sweep asks", reply: reply.shape)
        }
        return members.compactMap { $0.text.flatMap(NumberedSweepRequest.init(text:)) }
    }

    /// Removes asks that every partition has started.
    public func forget(_ asks: [NumberedSweepRequest], organization: String, entity: Entity) throws {
        guard !asks.isEmpty else { return }
        var pipeline = Pipeline()
        pipeline.begin("ZREM", parts: 2 + asks.count)
        pipeline.append(Keyspace.OrganizationKeys(organization).asks(entity))
        for ask in asks { pipeline.append(ask.text) }
        _ = try redis.runAll(pipeline)
    }
}
