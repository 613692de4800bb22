import Contract
import Foundation
import LeadModel

/// Whether the worker's reader would accept a body, as far as that can be checked without servers.
public struct EventCheck: Sendable {
    public enum Answer: Sendable {
        /// - Parameter fields: how many values the event gives.
        case accepted(RecordKind, Verb, fields: Int)
        /// Accepted with values cut or dropped.
        ///
        /// - Parameter strictly: what a strict organization refuses it for.
        case adjusted(RecordKind, Verb, fields: Int, strictly: Refusal)
        case refused(Refusal)
    }

    /// The key that the body was read with.
    public let routingKey: String
    /// One for each event; a single refusal if the body as a whole is refused.
    public let answers: [Answer]

    /// - Parameter routingKey: nil: the one that follows from the first event.
    public init(_ body: [UInt8], routingKey: String?, now: Moment) {
        let key = routingKey ?? Self.ownKey(body)
        self.routingKey = key
        switch EventReader().read(body: body, contentType: nil, routingKey: key, now: now).content {
        case .refused(let refusal): answers = [.refused(refusal)]
        case .elements(let elements):
            answers = elements.map { element in
                switch element {
                case .event(let event): return .accepted(event.recordKind, event.verb, fields: Self.given(event))
                case .adjusted(let event, let refusal):
                    return .adjusted(event.recordKind, event.verb, fields: Self.given(event), strictly: refusal)
                case .refused(let refusal, _): return .refused(refusal)
                }
            }
        }
    }

    private static func given(_ event: RecordEvent) -> Int {
        event.fields.count { $0.field != .creation && $0.field != .dropped && $0.adjustment != .dropped }
    }

    /// The key that follows from the event's type and organization. If they give none, the reader says what is wrong.
    private static func ownKey(_ body: [UInt8]) -> String {
        struct Attributes: Decodable {
            var type: String?
            var organization: String?
        }
        let data = Data(body)
        let given =
            (try? JSONDecoder().decode(Attributes.self, from: data))
            ?? (try? JSONDecoder().decode([Attributes].self, from: data))?.first
        let organization = given?.organization.flatMap { Contract.OrganizationName.isValid($0) ? $0 : nil } ?? "default"
        let parts = (given?.type ?? "").split(separator: ".").map(String.init)
        let key = parts.count == 3 ? "\(organization).\(parts[1]).\(parts[2])" : ""
        return (try? RoutingKey(parsing: key)) == nil ? "\(organization).lead.created" : key
    }
}
