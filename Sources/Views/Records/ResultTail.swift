import Contract
import Foundation
import Rabbit

/// Follows results as workers publish them; those from before are not seen. It reads from a queue of its own, which the
/// broker deletes with the connection. It belongs to one thread.
public final class ResultTail {
    /// A result as it was published.
    public struct Result: Sendable {
        public let routingKey: String
        public let body: [UInt8]
        /// Nil if the body is no result.
        public let summary: Summary?
    }

    public struct Summary: Sendable {
        public let subject: String
        public let score: Int?
        public let grade: String?
        /// The largest first, with contributions in log-odds.
        public let reasons: [(phrase: String, contribution: Double)]
        /// The reasons that the result doesn't list: how many, and their contributions together.
        public let others: (count: Int, contribution: Double)
    }

    private let connection: RabbitConnection
    private let channel: UInt16

    /// - Parameter pattern: over organization.entity.grade.from.what; `*` stands for one word, `#` for any number.
    /// - Throws: `RabbitError`, with code 404 if the broker has no exchange for results yet.
    public init(_ pattern: String, at address: RabbitAddress) throws {
        connection = try RabbitConnection(address, name: "leadline tail")
        let scores = Names.scores
        channel = try connection.openChannel()
        try connection.declareExchange(scores.name, type: scores.kind.rawValue, on: channel, passive: true)
        let queue = try connection.declareQueue("", on: channel, durable: false, exclusive: true, autoDelete: true)
        try connection.bind(queue: queue.name, to: scores.name, key: pattern, on: channel)
        try connection.setPrefetch(256, on: channel)
        try connection.consume(queue.name, on: channel)
    }

    deinit { connection.close() }

    /// - Returns: nil if no result comes in time.
    /// - Throws: `RabbitError`.
    public func next(within timeout: Duration) throws -> Result? {
        guard case .delivery(let delivery)? = try connection.receive(timeout: timeout) else { return nil }
        try connection.ack(delivery.tag, on: channel)
        return Result(
            routingKey: delivery.routingKey, body: delivery.body, summary: Summary(delivery.body))
    }
}

extension ResultTail.Summary {
    fileprivate init?(_ body: [UInt8]) {
        guard let result = try? JSONDecoder().decode(Shape.self, from: Data(body)) else { return nil }
        (subject, score, grade) = (result.subject, result.data.score, result.data.grade)
        reasons = (result.data.reasons ?? []).map { ($0.phrase, $0.contribution) }
        others = (result.data.otherReasons?.count ?? 0, result.data.otherReasons?.contribution ?? 0)
    }

    private struct Shape: Decodable {
        var subject: String
        var data: Body

        struct Body: Decodable {
            var score: Int?
            var grade: String?
            var reasons: [Reason]?
            var otherReasons: Others?
        }

        struct Others: Decodable {
            var count: Int
            var contribution: Double
        }

        struct Reason: Decodable {
            var phrase: String
            var contribution: Double
        }
    }
}
