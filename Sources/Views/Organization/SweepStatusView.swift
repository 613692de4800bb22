import Contract
import LeadModel
import Redis
import Registry

/// An organization's sweeps: when the next one is due, and how far the current ones are.
public struct SweepStatusView: Encodable, Sendable {
    public let organization: String
    /// As it is set: "03:00", "Europe/Berlin".
    public let sweep, zone: String
    public let nextDue: Moment
    /// What the zone's clock shows then.
    public let nextDueLocal: String
    public let entities: [OfEntity]
    /// Accounts and contacts with a pending fan-out.
    public let fanOuts: Int
    /// Partitions in which something that expired is still to be removed.
    public let expiring: Int

    private enum CodingKeys: String, CodingKey {
        case organization, sweep, zone, nextDue, nextDueLocal, entities, expiring
        // The contract's name, which stays.
        case fanOuts = "tellings"
    }

    public struct OfEntity: Encodable, Sendable {
        public let entity: Entity
        /// The sweep that was started last: when it was due or requested.
        @OrNull public private(set) var lastSweep: Moment?
        public let running: Bool
        /// Records that the current sweep has collected, and those of them that it hasn't finished. More may come while it
        /// is `filling`.
        public let records, left: Int
        public let filling: Bool
        /// All partitions, those that are not finished, and those of these that a worker has leased.
        public let partitions, partitionsLeft, partitionsHeld: Int
        /// Changed records that wait for the next sweep.
        public let changed: Int
        public let asked: [Request]
    }

    public struct Request: Encodable, Sendable {
        public let at: Moment
        public let what: String
        /// The queue that is republished to, or nil.
        @OrNull public private(set) var queue: String?

        init(at: Moment, what: String, queue: String? = nil) {
            (self.at, self.what, self.queue) = (at, what, queue)
        }
    }

    /// Reads only.
    ///
    /// - Parameter clockOffset: seconds added to the clock of Redis, as workers in a trial do.
    /// - Throws: `UnknownOrganization`; `RedisError`.
    public init(of organization: String, clockOffset: Int64 = 0, from redis: RedisConnection) throws {
        let registry = RegistryReader(redis)
        let settings = try registry.requiredSettings(of: organization)
        let now = try registry.now().adding(seconds: clockOffset)
        let due = settings.dailyTime.next(after: max(now, settings.created))
        (self.organization, sweep, zone) = (organization, settings.sweepTime, settings.zone)
        (nextDue, nextDueLocal) = (due, settings.dailyTime.localText(due))
        let store = SweepStore(redis)
        let states = try store.states(
            of: RecordKind.allCases.flatMap { kind in
                (0..<settings.partitions).map { Partition(organization: organization, kind: kind, number: $0) }
            })
        entities = try Entity.allCases.map { entity in
            let requests = try store.requests(organization: organization, entity: entity)
            return OfEntity(entity, states.filter { $0.partition.kind == RecordKind(entity) }, requests)
        }
        fanOuts = states.map(\.fanOuts).reduce(0, +)
        expiring = states.count(where: \.isExpiring)
    }
}

extension SweepStatusView.OfEntity {
    fileprivate init(_ entity: Entity, _ states: [SweepState], _ requests: [NumberedSweepRequest]) {
        self.entity = entity
        running = states.contains { !$0.isSwept }
        (records, left) = (states.map(\.total).reduce(0, +), states.map(\.left).reduce(0, +))
        filling = states.contains { $0.filling != nil }
        partitions = states.count
        partitionsLeft = states.count { !$0.isSwept }
        partitionsHeld = states.count { !$0.isSwept && $0.isHeld }
        changed = states.map(\.dirty).reduce(0, +)
        // Requests older than this are done; they only have not been removed yet.
        let oldest = states.map(\.started).min() ?? 0
        asked = requests.filter { $0.sweep > oldest }.map(SweepStatusView.Request.init)
        let last = states.map(\.started).max() ?? 0
        lastSweep = last > 0 ? Moment(milliseconds: last) : nil
    }
}

extension SweepStatusView.Request {
    fileprivate init(_ request: NumberedSweepRequest) {
        let at = Moment(milliseconds: request.sweep)
        switch request.request {
        case .run: self.init(at: at, what: "run")
        case .grades: self.init(at: at, what: "grades")
        case .unscored: self.init(at: at, what: "unscored")
        case .republish(let queue): self.init(at: at, what: "republish", queue: queue)
        }
    }
}
