import Contract
import Foundation
import LeadModel

/// Whether a body would be accepted, as far as that can be told without servers: by the worker's own reader.
struct EventCheck {
    /// One a line: of each event that it is good, or what is wrong with it.
    var lines: [Line]

    struct Line {
        var isGood: Bool
        var text: String

        static func good(_ text: String) -> Line { Line(isGood: true, text: "good: \(text)") }
        static func refused(_ refusal: Refusal) -> Line { Line(isGood: false, text: "refused: \(refusal)") }
    }

    /// - Parameter routingKey: that it is to be published with; nothing: the one that its first event says itself.
    init(_ body: [UInt8], routingKey: String?) {
        let key = routingKey ?? Self.ownKey(body)
        let now = Moment(microseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000))
        switch EventReader().read(body: body, contentType: nil, routingKey: key, now: now).content {
        case .refused(let refusal): lines = [.refused(refusal)]
        case .elements(let elements):
            lines = elements.map { element in
                switch element {
                case .event(let event):
                    let said = event.fields.filter { $0.field != .creation }.count
                    let fields = "\(said) field\(said == 1 ? "" : "s")"
                    return .good("\(event.recordKind.rawValue) \(event.verb.rawValue), \(fields), under \(key)")
                case .refused(let refusal, _): return .refused(refusal)
                }
            }
        }
    }

    /// What type and organization say; where they say nothing usable, the reader is to name what is wrong with them.
    private static func ownKey(_ body: [UInt8]) -> String {
        struct Said: Decodable {
            var type: String?
            var organization: String?
        }
        let data = Data(body)
        let said =
            (try? JSONDecoder().decode(Said.self, from: data))
            ?? (try? JSONDecoder().decode([Said].self, from: data))?.first
        let organization = said?.organization.flatMap { Contract.OrganizationName.isValid($0) ? $0 : nil } ?? "default"
        let parts = (said?.type ?? "").split(separator: ".").map(String.init)
        let key = parts.count == 3 ? "\(organization).\(parts[1]).\(parts[2])" : ""
        return (try? RoutingKey(parsing: key)) == nil ? "\(organization).lead.created" : key
    }
}
