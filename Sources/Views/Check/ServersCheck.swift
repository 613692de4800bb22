import Fleet
import Ledger
import Rabbit
import Redis
import Registry

/// Whether everything that Leadline depends on is well: Redis, RabbitMQ with its topology, waiting leads and the ledger.
///
/// The check goes on after a failure, so that one run finds all faults.
public struct ServersCheck {
    public enum Finding: Sendable {
        case redis(RedisAddress, organizations: Int)
        case redisSetting(ServerSettings.Fault)
        case damage(StoredDataCheck.Damage)
        /// Events whose order only a hash decided, in the last days.
        case ties(organization: String, count: Int)
        case broker(RabbitAddress)
        /// An exchange or queue, such as "queue leadline.created", that was missing and is now declared.
        case declared(String)
        /// - Parameter bound: the bindings were declared too. Over AMQP nobody can see them.
        case topologyComplete(bound: Bool)
        case fault(TopologyFault)
        case waiting(WaitingLeads)
        /// A bounded queue that is at least 80 % full.
        case filling(QueueRoom)
        /// Messages reached the delivery limit.
        case limitReached
        case ledger(String, LedgerState)
        case failed(Subject, any Error)
    }

    public enum Subject: Sendable { case redis, broker, topology, waiting, ledger }

    /// Declares what is missing. It returns the names of what it declared, and the faults that remain.
    public typealias Repair = @Sendable ([TopologyFault]) async throws -> (declared: [String], left: [TopologyFault])

    public private(set) var findings: [Finding] = []
    private let report: (Finding) -> Void

    /// - Parameters:
    ///   - options: the ledger is checked if its file exists.
    ///   - repair: nil: nothing is changed.
    ///   - report: is called with each finding as soon as it is made.
    public init(
        _ options: LedgerOptions, repair: Repair? = nil, report: @escaping (Finding) -> Void = { _ in }
    ) async {
        self.report = report
        let hasRedis = attempt(.redis) {
            let redis = try RedisConnection(options.redis)
            defer { redis.close() }
            return .redis(options.redis, organizations: try RegistryReader(redis).organizations().count)
        }
        if hasRedis { checkStoredData(options) }
        let hasBroker = attempt(.broker) {
            try RabbitConnection(options.broker, name: "leadline check").close()
            return .broker(options.broker)
        }
        guard hasBroker else { return }
        do {
            let faults = try await checkTopology(at: options.broker, repair)
            if hasRedis, !faults.contains(where: \.isOfNewLeads) { attempt(.waiting) { try Self.waiting(options) } }
            if faults.isEmpty { try addQueues(options, hasRedis: hasRedis) }
            if LedgerFile.exists(options.path) {
                attempt(.ledger) { .ledger(options.path, try LedgerState(options)) }
            }
        } catch {
            add(.failed(.topology, error))
        }
    }

    /// What was declared.
    public var declared: [String] {
        findings.compactMap { if case .declared(let name) = $0 { name } else { nil } }
    }

    /// Nil if the queue or Redis could not be looked at.
    public var waiting: WaitingLeads? {
        findings.lazy.compactMap { if case .waiting(let leads) = $0 { leads } else { nil } }.first
    }

    private mutating func checkTopology(at address: RabbitAddress, _ repair: Repair?) async throws -> [TopologyFault] {
        var faults = try await Topology.faults(at: address)
        if let repair {
            let repaired = try await repair(faults)
            faults = repaired.left
            for name in repaired.declared { add(.declared(name)) }
        }
        for fault in faults { add(.fault(fault)) }
        if faults.isEmpty { add(.topologyComplete(bound: repair != nil)) }
        return faults
    }

    private mutating func checkStoredData(_ options: LedgerOptions) {
        do {
            let redis = try RedisConnection(options.redis)
            defer { redis.close() }
            for fault in try ServerSettings(of: redis).faults { add(.redisSetting(fault)) }
            for damage in try StoredDataCheck(redis).damages { add(.damage(damage)) }
            let names = try RegistryReader(redis).organizations()
            for (name, count) in try TieCounts(redis).counts(of: names, now: RedisClock(redis).now()) {
                add(.ties(organization: name, count: count))
            }
        } catch {
            add(.failed(.redis, error))
        }
    }

    private static func waiting(_ options: LedgerOptions) throws -> Finding {
        let redis = try RedisConnection(options.redis)
        defer { redis.close() }
        let broker = try RabbitConnection(options.broker, name: "leadline check")
        defer { broker.close() }
        return .waiting(try WaitingLeads.look(broker: broker, redis: redis))
    }

    /// Queues that fill, which takes Redis to know, and messages that reached the delivery limit.
    private mutating func addQueues(_ options: LedgerOptions, hasRedis: Bool) throws {
        let broker = try RabbitConnection(options.broker, name: "leadline check")
        defer { broker.close() }
        if hasRedis {
            let redis = try RedisConnection(options.redis)
            defer { redis.close() }
            for room in try QueueRoom.look(broker: broker, redis: redis) where room.isFilling { add(.filling(room)) }
        }
        if try DeliveryLimit.isReached(on: broker) { add(.limitReached) }
    }

    /// - Returns: whether it succeeded.
    @discardableResult
    private mutating func attempt(_ subject: Subject, _ work: () throws -> Finding) -> Bool {
        do {
            add(try work())
            return true
        } catch {
            add(.failed(subject, error))
            return false
        }
    }

    private mutating func add(_ finding: Finding) {
        findings.append(finding)
        report(finding)
    }
}
