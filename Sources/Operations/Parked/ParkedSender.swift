import Contract
import Rabbit

/// Publishes parked messages again, and reports for each whether a queue has it.
///
/// A message may be removed from its parked queue only after that, so none is ever lost. If the process dies in between,
/// the message exists twice.
final class ParkedSender {
    private let publisher: Publisher

    init(_ broker: RabbitAddress, purpose: String) throws(RabbitError) {
        publisher = try Publisher(broker, name: "leadline \(purpose), publishing")
    }

    func close() { publisher.close() }

    /// - Parameter route: the destination of each message; nil leaves it where it is.
    /// - Returns: for each message, whether a queue has it.
    /// - Throws: `ParkedError.brokerBlocked`; `RabbitError`.
    func send(
        _ messages: [ParkedMessage],
        _ route: (ParkedMessage) -> (exchange: Names.Exchange, key: String, properties: Properties)?
    ) throws -> [Bool] {
        try publisher.poll()
        if let reason = publisher.connection.blockedReason { throw ParkedError.brokerBlocked(reason: reason) }
        let numbers = try messages.map { message -> UInt64? in
            guard let (exchange, key, properties) = route(message) else { return nil }
            return try publisher.publish(
                message.delivery.body, to: exchange.name, routingKey: key, properties: properties, mandatory: true)
        }
        let problems = try publisher.awaitConfirms(timeout: .seconds(30)) ?? []
        let refused = Set(problems.map(\.sequence))
        return numbers.map { $0.map { !refused.contains($0) } ?? false }
    }
}
