import Contract
import Rabbit

/// Publishes kept messages once more, and says of each whether it is safe with the broker.
///
/// A message that is taken out of its queue only then is never lost; if the process dies between, it is there twice.
final class ParkedSender {
    private let publisher: Publisher

    init(_ broker: RabbitAddress, for command: String) throws {
        publisher = try Publisher(broker, name: "leadline \(command), publishing")
    }

    func close() { publisher.close() }

    /// - Parameter route: where each goes; nothing: it stays.
    /// - Returns: for each whether a queue has it.
    func send(
        _ messages: [ParkedMessage],
        _ route: (ParkedMessage) -> (exchange: Names.Exchange, key: String, properties: Properties)?
    ) throws -> [Bool] {
        try publisher.poll()
        if let reason = publisher.connection.blockedReason {
            throw Failure(.away, "RabbitMQ takes nothing now (\(reason)): nothing more is published. Mend that first")
        }
        let numbers = try messages.map { kept -> UInt64? in
            guard let (exchange, key, properties) = route(kept) else { return nil }
            return try publisher.publish(
                kept.delivery.body, to: exchange.name, routingKey: key, properties: properties, mandatory: true)
        }
        let problems = try publisher.awaitConfirms(timeout: .seconds(30)) ?? []
        let wrong = Set(problems.map(\.sequence))
        return numbers.map { $0.map { !wrong.contains($0) } ?? false }
    }
}
