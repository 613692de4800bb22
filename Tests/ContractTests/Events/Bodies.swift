import LeadModel

@testable import Contract

/// 2026-11-21T10:00:00Z.
let now = Moment(milliseconds: 1_795_255_200_000)

/// An event's JSON with some members given otherwise; nil leaves one out.
func event(_ verb: String = "created", _ members: [(String, String?)] = []) -> String {
    var all: [(String, String?)] = [
        ("specversion", #""1.0""#), ("id", #""e1""#), ("source", #""crm""#), ("type", "\"leadline.lead.\(verb)\""),
        ("subject", #""L1""#), ("time", #""2026-11-21T09:30:00Z""#), ("organization", #""acme""#), ("data", "{}"),
    ]
    for (name, value) in members {
        if let index = all.firstIndex(where: { $0.0 == name }) {
            all[index].1 = value
        } else {
            all.append((name, value))
        }
    }
    return "{" + all.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }.joined(separator: ",") + "}"
}

/// An event with this `data`.
func event(_ verb: String = "created", data: String) -> String { event(verb, [("data", data)]) }

func read(_ body: String, _ contentType: String? = nil, key: String = "acme.lead.created") -> ParsedMessage {
    read(Array(body.utf8), contentType, key: key)
}

func read(_ body: [UInt8], _ contentType: String? = nil, key: String = "acme.lead.created") -> ParsedMessage {
    EventReader().read(body: body, contentType: contentType, routingKey: key, now: now)
}

extension ParsedMessage {
    var elements: [Element] { if case .elements(let elements) = content { elements } else { [] } }

    var events: [RecordEvent] {
        elements.compactMap {
            switch $0 {
            case .event(let event), .adjusted(let event, _): event
            case .refused: nil
            }
        }
    }

    /// Of the whole body, or of the first element that is refused.
    var refusal: Refusal? {
        if case .refused(let refusal) = content { return refusal }
        return elements.lazy.compactMap { if case .refused(let refusal, _) = $0 { refusal } else { nil } }.first
    }

    /// What a strict organization refuses it for, whole or its first such element.
    var strictRefusal: Refusal? {
        refusal ?? elements.lazy.compactMap { if case .adjusted(_, let refusal) = $0 { refusal } else { nil } }.first
    }

    /// "reason field", where a strict organization refuses it, and no other.
    var strictlyRefused: String? {
        refusal == nil ? strictRefusal.map { "\($0.reason.rawValue) \($0.field)" } : nil
    }

    /// "reason field".
    var refused: String? { refusal.map { "\($0.reason.rawValue) \($0.field)" } }
}

extension RecordEvent {
    subscript(field: Field) -> Value?? { fields.first { $0.field == field }.map { .some($0.value) } ?? nil }
}
