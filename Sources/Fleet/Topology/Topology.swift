import Contract
import Foundation
import Rabbit

/// The exchanges, queues and bindings that the fleet needs.
///
/// Settings that the promise of no loss depends on are declared as queue arguments, since these can't change. RabbitMQ
/// 3.10 has a bug: if the broker dies within a second of a quorum queue's declaration, the queue loses even confirmed
/// messages and is left without a leader. So the topology is declared, aged for two seconds, and proved before anything
/// is published.
public struct Topology {

    private static let day: Int64 = 86_400_000
    /// A delivery limit that is never reached, for a queue without a dead-letter exchange: by default, later versions
    /// of RabbitMQ drop a message after 20 deliveries.
    private static let boundless: Int64 = 1_000_000

    /// What a queue holds at most. Beyond it, its oldest messages are dropped, and nobody who publishes is refused: an
    /// organization that fills `leadline.rejected` must not hold up the others.
    public struct Bound: Equatable, Sendable {
        /// Nil for a stream, which is bounded by bytes and age alone.
        public var messages: Int?
        /// Of the messages' bodies.
        public var bytes: Int

        public init(messages: Int?, bytes: Int) { (self.messages, self.bytes) = (messages, bytes) }
    }

    /// Nil for the work queues: they drop nothing.
    static func bound(of queue: Names.Queue) -> Bound? {
        switch queue {
        case Names.rejected: Bound(messages: 1_000_000, bytes: 4_000_000_000)
        case Names.undelivered: Bound(messages: 2_000_000, bytes: 4_000_000_000)
        case Names.scoresLog: Bound(messages: nil, bytes: 20_000_000_000)
        default: nil
        }
    }

    private static func boundArguments(of queue: Names.Queue) -> [String: Argument] {
        guard let bound = bound(of: queue) else { return [:] }
        var arguments: [String: Argument] = ["x-max-length-bytes": .integer(Int64(bound.bytes))]
        guard let messages = bound.messages else { return arguments }
        arguments["x-max-length"] = .integer(Int64(messages))
        arguments["x-overflow"] = .text("drop-head")
        return arguments
    }

    /// A message of a work queue that was delivered 200 times is dead-lettered to `leadline.rejected`, at least once:
    /// it leaves the work queue only when it has arrived there.
    static func arguments(of queue: Names.Queue) -> [String: Argument] {
        ownArguments(of: queue).merging(boundArguments(of: queue)) { own, _ in own }
    }

    private static func ownArguments(of queue: Names.Queue) -> [String: Argument] {
        switch queue {
        case Names.rejected:
            [
                "x-queue-type": .text("quorum"), "x-message-ttl": .integer(30 * day),
                "x-delivery-limit": .integer(boundless),
            ]
        case Names.undelivered:
            // Without a limit a returned message goes to the queue's end, so one full consumer doesn't block the others.
            ["x-queue-type": .text("quorum"), "x-message-ttl": .integer(30 * day)]
        case Names.limitReached:
            [
                "x-queue-type": .text("quorum"), "x-message-ttl": .integer(30 * day), "x-max-length": .integer(1000),
                "x-max-length-bytes": .integer(16_000_000), "x-overflow": .text("drop-head"),
                "x-delivery-limit": .integer(boundless),
            ]
        case Names.scoresLog:
            [
                "x-queue-type": .text("stream"), "x-max-age": .text("7D"),
                "x-stream-max-segment-size-bytes": .integer(50_000_000),
            ]
        default:
            [
                "x-queue-type": .text("quorum"), "x-delivery-limit": .integer(200),
                "x-dead-letter-exchange": .text(Names.limit.name), "x-dead-letter-strategy": .text("at-least-once"),
                "x-overflow": .text("reject-publish"),
            ]
        }
    }

    /// Makes sure that all exchanges, queues and bindings exist, that every queue is two seconds old, and that each quorum
    /// queue has a leader.
    ///
    /// AMQP doesn't say how old a queue is. So the process that has aged and proved the topology then declares the exchange
    /// `leadline.established`, to which nothing is ever published. If it exists, all queues are old enough and no
    /// process waits.
    ///
    /// 1. A process that finds something missing deletes that exchange *before* it declares anything. So a process that
    ///    finds all queues, and the exchange after them, has found no queue younger than the exchange.
    /// 2. A process that finds all queues but no exchange, as while another one waits, waits two seconds itself.
    /// 3. The exchange is stored where the queues are: a broker that lost its queues has lost it too.
    ///
    /// If a process dies halfway, the exchange is missing, and the next process waits again.
    ///
    /// - Parameter wait: sleeps for the given number of seconds. The broker offers no event to wait for: only time makes a
    ///   queue old. Tests count the calls instead.
    /// - Throws: `RabbitError`; with code 406 if something exists with other arguments.
    public static func establish(
        on connection: RabbitConnection, wait: (Double) -> Void = { Thread.sleep(forTimeInterval: $0) }
    ) throws(RabbitError) {
        let isComplete = try isComplete(on: connection)
        let isOld = if isComplete { try exists(Names.established, on: connection) } else { false }
        if !isComplete { try forgetEstablished(on: connection) }
        // Nothing that exists is changed. The broker compares its arguments, and missing bindings are restored: AMQP
        // can't show whether a binding exists.
        try declareAll(on: connection)
        if !isOld { wait(2) }
        try prove(on: connection)
        if !isOld { try noteEstablished(on: connection) }
    }

    /// Declares all that is missing; what exists with these arguments stays as it is.
    public static func declare(on connection: RabbitConnection) throws(RabbitError) {
        if try !isComplete(on: connection) { try forgetEstablished(on: connection) }
        try declareAll(on: connection)
    }

    private static func declareAll(on connection: RabbitConnection) throws(RabbitError) {
        let channel = try connection.openChannel()
        for exchange in Names.exchanges { try connection.declare(exchange, on: channel) }
        for queue in Names.queues { try connection.declare(queue, on: channel) }
        for binding in Names.bindings { try connection.declare(binding, on: channel) }
        try connection.closeChannel(channel)
    }

    private static func isComplete(on connection: RabbitConnection) throws(RabbitError) -> Bool {
        for exchange in Names.exchanges {
            guard try exists(exchange, on: connection) else { return false }
        }
        for queue in Names.queues {
            guard try exists(queue, on: connection) else { return false }
        }
        return true
    }

    private static func exists(
        _ exchange: Names.Exchange, on connection: RabbitConnection
    ) throws(RabbitError) -> Bool {
        try exists(on: connection) { channel throws(RabbitError) in
            try connection.declare(exchange, on: channel, passive: true)
        }
    }

    private static func exists(_ queue: Names.Queue, on connection: RabbitConnection) throws(RabbitError) -> Bool {
        try exists(on: connection) { channel throws(RabbitError) in
            try connection.declare(queue, on: channel, passive: true)
        }
    }

    private static func exists(
        on connection: RabbitConnection, _ ask: (UInt16) throws(RabbitError) -> Void
    ) throws(RabbitError) -> Bool {
        let channel = try connection.openChannel()
        do {
            try ask(channel)
        } catch {
            // The refusal closed the channel.
            guard error.code == 404 else { throw error }
            return false
        }
        try connection.closeChannel(channel)
        return true
    }

    private static func noteEstablished(on connection: RabbitConnection) throws(RabbitError) {
        let channel = try connection.openChannel()
        try connection.declare(Names.established, on: channel)
        try connection.closeChannel(channel)
    }

    /// Deletes the exchange `leadline.established`. Call it before any queue is declared.
    static func forgetEstablished(on connection: RabbitConnection) throws(RabbitError) {
        let channel = try connection.openChannel()
        try connection.deleteExchange(Names.established.name, on: channel)
        try connection.closeChannel(channel)
    }

    /// Proves that each quorum queue has a leader that commits, and that all exchanges and other queues exist.
    public static func prove(on connection: RabbitConnection) throws(RabbitError) {
        let channel = try connection.openChannel()
        for exchange in Names.exchanges { try connection.declare(exchange, on: channel, passive: true) }
        for queue in Names.queues {
            try connection.declare(queue, on: channel, passive: true)
            if queue.kind == .quorum { try proveLeader(of: queue, on: connection, channel) }
        }
        try connection.closeChannel(channel)
    }

    /// Adds a consumer without credit and removes it. No message is delivered, but both are written to the quorum
    /// queue's log. A queue without a leader answers all other requests, but never this one.
    static func proveLeader(
        of queue: Names.Queue, on connection: RabbitConnection, _ channel: UInt16
    ) throws(RabbitError) {
        try connection.consume(
            queue.name, on: channel, tag: "probe",
            arguments: ["x-credit": .table(["credit": .integer(0), "drain": .flag(false)])])
        try connection.cancel(tag: "probe", on: channel)
        guard case .cancelOk(channel, "probe")? = try connection.receive(timeout: .seconds(10)) else {
            throw .timedOut(
                target: connection.address.description, during: "probe of '\(queue.name)'", after: .seconds(10))
        }
    }
}

extension RabbitConnection {
    /// - Parameter passive: only asks whether it exists.
    func declare(_ exchange: Names.Exchange, on channel: UInt16, passive: Bool = false) throws(RabbitError) {
        try declareExchange(
            exchange.name, type: exchange.kind.rawValue, on: channel, alternate: exchange.alternate, passive: passive)
    }

    func declare(_ queue: Names.Queue, on channel: UInt16, passive: Bool = false) throws(RabbitError) {
        try declareQueue(queue.name, on: channel, arguments: Topology.arguments(of: queue), passive: passive)
    }

    func declare(_ binding: Names.Binding, on channel: UInt16) throws(RabbitError) {
        try bind(queue: binding.queue.name, to: binding.exchange.name, key: binding.key, on: channel)
    }
}
