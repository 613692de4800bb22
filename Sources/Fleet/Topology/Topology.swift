import Contract
import Foundation
import Rabbit

/// The exchanges, queues and bindings that everything stands on.
///
/// What the promises rest on is declared as arguments, since a queue's arguments can't change. A quorum queue of
/// RabbitMQ 3.10 that is younger than a second loses even confirmed messages if the broker dies, and stays without a
/// leader: so topology is declared, left to age, and proved, before anything flows.
public struct Topology {

    private static let day: Int64 = 86_400_000
    /// What lies in a queue without a dead-letter exchange is never dropped for having been looked at often: later
    /// versions of RabbitMQ would at 20.
    private static let boundless: Int64 = 1_000_000

    /// By queue. Work that was given out too often, 200 times, is dead-lettered to the rejected queue, and stays in its
    /// own until it has arrived there.
    fileprivate static func arguments(of queue: Names.Queue) -> [String: Argument] {
        switch queue {
        case Names.rejected:
            [
                "x-queue-type": .text("quorum"), "x-message-ttl": .integer(30 * day),
                "x-delivery-limit": .integer(boundless),
            ]
        case Names.undelivered:
            // Without a limit what is given back goes to the end, so that one full consumer holds up no other's results.
            ["x-queue-type": .text("quorum"), "x-message-ttl": .integer(30 * day)]
        case Names.scoresLog:
            [
                "x-queue-type": .text("stream"), "x-max-age": .text("7D"),
                "x-max-length-bytes": .integer(20_000_000_000), "x-stream-max-segment-size-bytes": .integer(50_000_000),
            ]
        default:
            [
                "x-queue-type": .text("quorum"), "x-delivery-limit": .integer(200),
                "x-dead-letter-exchange": .text(Names.dead.name), "x-dead-letter-strategy": .text("at-least-once"),
                "x-overflow": .text("reject-publish"),
            ]
        }
    }

    /// Declares what is missing, waits until all is old enough, and proves it.
    ///
    /// - Throws: `RabbitError`; 406 where something stands there with other arguments.
    public static func establish(on connection: RabbitConnection) throws(RabbitError) {
        try declare(on: connection)
        Thread.sleep(forTimeInterval: 2)
        try prove(on: connection)
    }

    /// Declares all that is missing; what is there already, with these arguments, stays as it is.
    public static func declare(on connection: RabbitConnection) throws(RabbitError) {
        let channel = try connection.openChannel()
        for exchange in Names.exchanges { try connection.declare(exchange, on: channel) }
        for queue in Names.queues { try connection.declare(queue, on: channel) }
        for binding in Names.bindings { try connection.declare(binding, on: channel) }
        try connection.closeChannel(channel)
    }

    /// Proves that each quorum queue has a leader that commits. The others are asked whether they are there.
    public static func prove(on connection: RabbitConnection) throws(RabbitError) {
        let channel = try connection.openChannel()
        for exchange in Names.exchanges { try connection.declare(exchange, on: channel, passive: true) }
        for queue in Names.queues {
            try connection.declare(queue, on: channel, passive: true)
            if queue.kind == .quorum { try proveLeader(of: queue, on: connection, channel) }
        }
        try connection.closeChannel(channel)
    }

    /// Has a consumer without credit entered into the queue's log and taken out again. No message is sent or taken by that.
    /// A queue without a leader answers all else, but this never.
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
    /// - Parameter passive: only asks whether it is there.
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
