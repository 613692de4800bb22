import Contract
import Fleet
import Foundation
import Ledger
import Rabbit
import Redis
import Registry

/// All that Leadline stands on, looked over part by part.
///
/// It goes on after a failure, so that all that is wrong is seen at once. The first decides the exit code.
struct ServersCheck {
    /// Whether what is missing on the broker is made.
    let declares: Bool
    /// Is told each part as soon as it is known.
    let say: (Part) -> Void
    private(set) var made: [String] = []
    private(set) var waiting: WaitingLeads?
    private(set) var parts: [Part] = []

    struct Part {
        var part: String
        /// Of the topology: the exchange or queue that it is about, as "queue leadline.created".
        var name: String?
        var message: String
        /// Nothing where all is well.
        var failure: Failure.Code?
    }

    init(declares: Bool, say: @escaping (Part) -> Void) { (self.declares, self.say) = (declares, say) }

    var failure: Failure.Code? { parts.lazy.compactMap(\.failure).first }

    mutating func run() async {
        guard let settings = step("settings", { (try Settings.read(), "read") }) else { return }
        guard let servers = step("servers", says: false, { (try Servers(settings), "") }) else { return }
        let redis: Void? = step("Redis") {
            let redis = try RedisConnection(servers.redis)
            defer { redis.close() }
            let count = try RegistryReader(redis).organizations().count
            return ((), "\(servers.redis), \(count) organization\(count == 1 ? "" : "s")")
        }
        let broker: Void? = step("RabbitMQ") {
            try RabbitConnection(servers.broker, name: "leadline check").close()
            return ((), "\(servers.broker)")
        }
        guard broker != nil else { return }
        do {
            let faults = try await topology(servers.broker)
            if redis != nil, !faults.contains(where: \.isOfNewLeads) { lookForLeads(servers) }
            lookAtLedger(settings.ledgerFile, servers)
        } catch {
            fail("topology", error)
        }
    }

    private mutating func topology(_ address: RabbitAddress) async throws -> [TopologyFault] {
        var faults = try await Topology.faults(at: address)
        if declares {
            let (missing, refused) = try Topology.mend(faults, at: address)
            if !missing.isEmpty {
                // Until then RabbitMQ 3.10 can lose what is in a young queue.
                try await Task.sleep(for: .seconds(2))
                faults = try await Topology.faults(at: address)
            }
            made = missing.filter { name in !faults.contains { $0.name == name } }
            for fault in refused {
                let known = faults.first { $0.name == fault.name }
                // What could not be made is missing still: why says more.
                if known?.cause == .missing { faults.removeAll { $0.name == fault.name } }
                if known == nil || known?.cause == .missing { faults.append(fault) }
            }
        }
        for name in made { add(Part(part: "made", name: name, message: name + Self.advice(name))) }
        for fault in faults {
            add(Part(part: "topology", name: fault.name, message: "\(fault)", failure: .away))
        }
        if faults.isEmpty {
            let bindings = declares ? "; all is bound" : ""
            add(Part(part: "topology", message: "all is there as declared, every queue has a leader\(bindings)"))
        }
        return faults
    }

    /// A new exchange knows nothing of who listened to the former one.
    private static func advice(_ name: String) -> String {
        name.hasPrefix("exchange ") ? "; consumers whose queues were bound to it must bind them anew" : ""
    }

    private mutating func lookForLeads(_ servers: Servers) {
        do {
            let redis = try RedisConnection(servers.redis)
            defer { redis.close() }
            let broker = try RabbitConnection(servers.broker, name: "leadline check")
            defer { broker.close() }
            let leads = try WaitingLeads.look(broker: broker, redis: redis)
            waiting = leads
            let mending =
                leads.lanes == 0
                ? ". Start one: `leadline worker`"
                : leads.isTooLong ? ". Start more, or see in their logs what holds them up" : ""
            add(Part(part: "new leads", message: leads.words + mending, failure: leads.isTooLong ? .away : nil))
        } catch {
            fail("new leads", error)
        }
    }

    /// Where one is kept on this machine, or was.
    private mutating func lookAtLedger(_ path: String, _ servers: Servers) {
        guard LedgerFile.exists(path) else { return }
        _ = step("ledger") {
            let state = try LedgerState(LedgerOptions(broker: servers.broker, redis: servers.redis, path: path))
            let place = LedgerWords.place(behind: state.behind, isKept: state.hasWriter, waiting: state.waiting)
            return ((), "\(path), \(place)")
        }
    }

    /// - Parameter says: whether it is told where all is well.
    private mutating func step<Answer>(
        _ part: String, says: Bool = true, _ work: () throws -> (Answer, String)
    ) -> Answer? {
        do {
            let (answer, words) = try work()
            if says { add(Part(part: part, message: words)) }
            return answer
        } catch {
            fail(part, error)
            return nil
        }
    }

    private mutating func fail(_ part: String, _ error: any Error) {
        let failure = Failure(known: error) ?? Failure(.fault, "\(error)")
        add(Part(part: part, message: failure.message, failure: failure.code))
    }

    private mutating func add(_ part: Part) {
        parts.append(part)
        say(part)
    }
}

/// What `leadline check --json` prints.
struct CheckShape: Encodable {
    var ok: Bool
    var parts: [Part]
    var made: [String]
    @OrNull var waiting: Waiting?

    struct Part: Encodable {
        var part: String
        @OrNull var name: String?
        var ok: Bool
        var message: String
    }

    struct Waiting: Encodable {
        var leads: Int
        var lanes: Int
        @OrNull var minutes: Int?
    }

    init(_ check: ServersCheck) {
        ok = check.failure == nil
        parts = check.parts.filter { $0.part != "made" }.map {
            Part(part: $0.part, name: $0.name, ok: $0.failure == nil, message: $0.message)
        }
        made = check.made
        waiting = check.waiting.map { Waiting(leads: $0.count, lanes: $0.lanes, minutes: $0.minutes) }
    }
}
