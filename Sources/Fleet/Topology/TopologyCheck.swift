import Contract
import Rabbit
import Running

/// What is wrong with one exchange or queue, and how to repair it.
public struct TopologyFault: Equatable, Sendable, CustomStringConvertible {
    public enum Cause: Equatable, Sendable {
        case missing
        /// It exists with another type or other arguments. The broker's words.
        case different(String)
        /// A quorum queue that commits nothing.
        case leaderless
        /// A stream that cannot be reached.
        case down
        /// The broker refused the request, such as for missing permissions. The broker's words.
        case refused(String)
    }

    /// "queue leadline.created".
    public var name: String
    public var cause: Cause
    private let place: String

    /// Whether it concerns `leadline.created`, the queue in which new leads wait.
    public var isOfNewLeads: Bool { name == "queue \(Names.created.name)" }

    init(exchange: Names.Exchange, _ cause: Cause, at address: RabbitAddress) {
        (name, self.cause, place) = ("exchange \(exchange.name)", cause, address.virtualHost)
    }

    init(queue: Names.Queue, _ cause: Cause, at address: RabbitAddress) {
        (name, self.cause, place) = ("queue \(queue.name)", cause, address.virtualHost)
    }

    public var description: String {
        switch cause {
        case .missing: "\(name) is missing. `leadline check --declare` declares it, and so does a worker when it starts"
        case .different(let words):
            "\(name) is not as Leadline declares it: \(words). That can't be changed: use up or move what is in it, "
                + "delete it (\(deletion)), then `leadline check --declare`"
        case .leaderless:
            "\(name) has no leader: nothing goes in or out. If nodes of the broker's cluster are down, start them. "
                + "If all are up its log was lost, as when RabbitMQ 3.10 dies within a second of the declaration: "
                + "delete it (\(deletion)), then `leadline check --declare`"
        case .down:
            "\(name) is down. If nodes of the broker's cluster are, start them. If all are up it was lost, as when "
                + "RabbitMQ 3.10 dies within a second of the declaration: drop it (\(dropping)), then "
                + "`leadline check --declare`"
        case .refused(let words): "\(name): \(words). Mend the rights of the user in LEADLINE_BROKER_URL"
        }
    }

    /// The command that removes a queue that the broker can neither find nor declare again.
    private var dropping: String {
        "`rabbitmqctl eval 'rabbit_amqqueue:internal_delete(rabbit_misc:r(<<\"\(place)\">>, queue, "
            + "<<\"\(name.dropFirst(6))\">>), <<\"leadline\">>).'`"
    }

    /// The command that deletes it. Leadline never deletes a queue itself: the messages in it would be lost.
    private var deletion: String {
        name.hasPrefix("queue ")
            ? "`rabbitmqctl delete_queue --vhost \(place) \(name.dropFirst(6))`"
            : "by RabbitMQ's management, or any AMQP client"
    }
}

extension Topology {
    /// Checks each exchange and queue by itself, so that all faults are found. It changes nothing, and takes no longer than
    /// one queue without a leader does: about ten seconds.
    ///
    /// AMQP shows neither bindings nor policies. So bindings are not checked, nor is a policy that sets what our arguments
    /// leave open, such as a length.
    ///
    /// - Throws: `RabbitError` where the broker itself is away.
    public static func faults(at address: RabbitAddress) async throws -> [TopologyFault] {
        let exchanges = try await onThread("check of exchanges") { try faults(ofExchangesAt: address) }
        return try await withThrowingTaskGroup(of: (Int, TopologyFault?).self) { group in
            for (place, queue) in Names.queues.enumerated() {
                group.addTask {
                    (place, try await onThread("check of \(queue.name)") { try fault(of: queue, at: address) })
                }
            }
            var found: [Int: TopologyFault] = [:]
            for try await (place, fault) in group { found[place] = fault }
            return exchanges + found.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// Declares what is missing, and all bindings. A queue that was declared is to be trusted only when it is two seconds old
    /// and has been checked again.
    ///
    /// - Returns: the names of what was missing, and what the broker refused to declare or to bind.
    public static func mend(
        _ faults: [TopologyFault], at address: RabbitAddress
    ) throws -> (missing: [String], refused: [TopologyFault]) {
        let connection = try connect(address)
        defer { connection.close() }
        let missing = faults.filter { $0.cause == .missing }.map(\.name)
        var refused: [TopologyFault] = []
        // Before any queue is declared: otherwise a worker would trust it at once.
        if !missing.isEmpty, let cause = try cause({ try forgetEstablished(on: connection) }) {
            return (missing, [TopologyFault(exchange: Names.established, cause, at: address)])
        }
        for exchange in Names.exchanges where missing.contains("exchange \(exchange.name)") {
            let cause = try cause { try connection.declare(exchange, on: connection.openChannel()) }
            if let cause { refused.append(TopologyFault(exchange: exchange, cause, at: address)) }
        }
        for queue in Names.queues where missing.contains("queue \(queue.name)") {
            let cause = try cause { try connection.declare(queue, on: connection.openChannel()) }
            if let cause { refused.append(TopologyFault(queue: queue, cause, at: address)) }
        }
        for binding in Names.bindings {
            let cause = try cause { try connection.declare(binding, on: connection.openChannel()) }
            if let cause { refused.append(TopologyFault(queue: binding.queue, cause, at: address)) }
        }
        return (missing, refused)
    }

    private static func faults(ofExchangesAt address: RabbitAddress) throws -> [TopologyFault] {
        let connection = try connect(address)
        defer { connection.close() }
        return try Names.exchanges.compactMap { exchange in
            let cause = try cause {
                // Only what exists is declared with our arguments: so nothing is created.
                for passive in [true, false] {
                    try connection.declare(exchange, on: connection.openChannel(), passive: passive)
                }
            }
            return cause.map { TopologyFault(exchange: exchange, $0, at: address) }
        }
    }

    /// On a connection of its own: a queue without a leader never answers, and then the connection can't be used any more.
    private static func fault(of queue: Names.Queue, at address: RabbitAddress) throws -> TopologyFault? {
        let connection = try connect(address)
        defer { connection.close() }
        var cause = try cause {
            for passive in [true, false] {
                try connection.declare(queue, on: connection.openChannel(), passive: passive)
            }
        }
        if cause == nil, queue.kind == .quorum {
            do {
                cause = try self.cause { try proveLeader(of: queue, on: connection, connection.openChannel()) }
            } catch RabbitError.timedOut {
                cause = .leaderless
            }
        }
        return cause.map { TopologyFault(queue: queue, $0, at: address) }
    }

    private static func connect(_ address: RabbitAddress) throws(RabbitError) -> RabbitConnection {
        try RabbitConnection(address, name: "leadline check")
    }

    /// Does some work, and returns why the broker refused it; nil if it did not.
    private static func cause(_ work: () throws -> Void) throws -> TopologyFault.Cause? {
        do {
            try work()
            return nil
        } catch let error as RabbitError {
            guard case .refused(_, let code, let text, _) = error, code != 320 else { throw error }
            return TopologyFault.Cause(code: code, text)
        }
    }
}

extension TopologyFault.Cause {
    /// From what the broker says when it refuses.
    fileprivate init(code: Int, _ text: String) {
        switch code {
        case 404 where text.contains("down or inaccessible"): self = .down
        case 404: self = .missing
        case 405, 406: self = .different(text)
        default: self = .refused(text)
        }
    }
}
