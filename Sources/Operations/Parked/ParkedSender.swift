import Contract
import Rabbit

/// Publishes parked messages again, and reports for each whether a queue has it.
///
/// A message may be removed from its parked queue only after that, so none is ever lost. If the process dies in between,
/// the message exists twice.
final class ParkedSender {
    private let broker: RabbitAddress
    private let name: String
    private var publisher: Publisher

    init(_ broker: RabbitAddress, purpose: String) throws(RabbitError) {
        (self.broker, name) = (broker, "leadline \(purpose), publishing")
        publisher = try Publisher(broker, name: name)
    }

    func close() { publisher.close() }

    typealias Route = (ParkedMessage) -> (exchange: Names.Exchange, key: String, properties: Properties)?

    /// - Parameter route: the destination of each message; nil leaves it where it is.
    /// - Returns: for each message, whether a queue has it. One that the broker refuses, or closes the connection for, and
    ///   one without a confirm within 10 seconds stays.
    /// - Throws: `ParkedError.brokerBlocked`; `RabbitError`.
    func send(_ messages: [ParkedMessage], _ route: Route) throws -> [Bool] {
        do {
            return try sendTogether(messages, route)
        } catch let error as RabbitError where error.blamesAMessage {
            publisher = try Publisher(broker, name: name)
            guard messages.count > 1 else { return [false] }
            // One of them made the broker close the connection.
            return try messages.flatMap { try send([$0], route) }
        }
    }

    private func sendTogether(_ messages: [ParkedMessage], _ route: Route) throws -> [Bool] {
        try publisher.poll()
        if let reason = publisher.connection.blockedReason { throw ParkedError.brokerBlocked(reason: reason) }
        let numbers = try messages.map { message -> UInt64? in
            guard let (exchange, key, properties) = route(message) else { return nil }
            return try publisher.publish(
                message.delivery.body, to: exchange.name, routingKey: key, properties: properties, mandatory: true)
        }
        guard let (failed, missing) = try publisher.awaitAnswers(within: .seconds(10)) else { return [] }
        if !missing.isEmpty {
            publisher.abandon()
            publisher = try Publisher(broker, name: name)
        }
        let stayed = Set(failed.map(\.sequence) + missing)
        return numbers.map { $0.map { !stayed.contains($0) } ?? false }
    }
}
