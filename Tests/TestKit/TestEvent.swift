import Contract
import Foundation
import LeadModel
import Rabbit

/// An event as a connector writes it.
public struct TestEvent: @unchecked Sendable {
    // Unchecked: `data` holds only texts, numbers, flags, NSNull, arrays and dictionaries of these, none of them shared.
    public var verb: String
    public var subject: String
    /// nil to have the writer derive it from the rest of the event.
    public var id: String?
    public var time: String
    public var data: [String: Any]?
    public var sequence: String?
    /// What the record is.
    public var kind = RecordKind.lead

    /// - Parameter time: RFC 3339; now by default.
    public init(
        _ verb: String, _ subject: String, id: String? = nil, time: String? = nil, data: [String: Any]? = nil
    ) {
        let now = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)).text
        (self.verb, self.subject, self.id, self.data) = (verb, subject, id, data)
        self.time = time ?? now
    }

    /// A lead with these attributes, just created.
    public static func created(_ subject: String, _ attributes: [String: Any] = [:]) -> TestEvent {
        TestEvent("created", subject, data: ["attributes": attributes])
    }

    /// The same of a record of another kind.
    public func of(_ kind: RecordKind) -> TestEvent {
        var event = self
        event.kind = kind
        return event
    }

    /// The event as a JSON object, for tests that spoil it.
    public func object(_ org: String) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(body(org)))) as? [String: Any] ?? [:]
    }

    public func body(_ org: String) -> [UInt8] {
        guard let verb = Verb(rawValue: verb), let time = Moment(rfc3339: time) else {
            preconditionFailure("no connector writes such an event: \(verb) at \(time)")
        }
        let data = data.flatMap { try? JSONSerialization.data(withJSONObject: $0, options: .sortedKeys) }
        return EventWriter(RoutingKey(organization: org, kind: kind, verb: verb), source: "test")
            .event(id: id, subject: subject, time: time, sequence: sequence, data: data.map(Array.init)).json
    }
}

/// A result as a consumer reads it.
public struct TestResult: Sendable {
    public var routingKey: String
    public var id: String
    public var type: String
    public var subject: String
    public var data: Body
    public var body: [UInt8]

    public struct Body: Decodable, Sendable {
        public var revision: Int
        public var scoringRevision: Int?
        public var status, owner, outcome, grade, model, trigger: String?
        public var score, previousScore, version: Int?
        public var probability: Double?
        public var reasons: [Reason]?
        public var superseded, from: String?
        public var changed: [String]?
    }

    public struct Reason: Decodable, Sendable {
        public var attribute, label: String
        public var contribution: Double
    }

    private struct Event: Decodable {
        var id, type, subject: String
        var data: Body
    }

    public init(_ delivery: ReceivedMessage) throws {
        // JSONDecoder keeps every digit of a number, which JSONSerialization does not.
        let event = try JSONDecoder().decode(Event.self, from: Data(delivery.body))
        (routingKey, body) = (delivery.routingKey, delivery.body)
        (id, type, subject, data) = (event.id, event.type, event.subject, event.data)
    }
}
