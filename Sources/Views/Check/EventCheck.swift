import Contract
import LeadModel

/// Whether the worker's reader would accept what a file holds, as far as that can be checked without servers: an event, a
/// batch, or one of them on each line.
public struct EventCheck: Encodable, Sendable {
    public enum Verdict: String, Encodable, Sendable {
        case accepted
        /// Accepted with values cut or dropped. A strict organization refuses it.
        case adjusted
        case refused
    }

    /// About one event, or about a body that as a whole is refused.
    public struct Answer: Encodable, Sendable {
        /// From 1; nil if the file is one event or one batch.
        public var line: Int?
        /// In its batch, from 0; nil if it is in none.
        public var index: Int?
        public var verdict: Verdict
        /// The key that it was read with.
        public var routingKey: String
        public var entity: String?
        public var verb: String?
        /// How many values the event gives.
        public var fields: Int?
        /// For what it is refused, by a strict organization if it is adjusted.
        public var refusal: Refusal?

        private enum CodingKeys: CodingKey {
            case line, index, verdict, routingKey, entity, verb, fields, reason, field, message
        }

        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(line, forKey: .line)
            try values.encode(index, forKey: .index)
            try values.encode(verdict, forKey: .verdict)
            try values.encode(routingKey, forKey: .routingKey)
            try values.encode(entity, forKey: .entity)
            try values.encode(verb, forKey: .verb)
            try values.encode(fields, forKey: .fields)
            try values.encode(refusal?.reason.rawValue, forKey: .reason)
            try values.encode(refusal?.field, forKey: .field)
            try values.encode(refusal?.message, forKey: .message)
        }
    }

    /// Whether all are accepted, adjusted or not.
    public let ok: Bool
    /// In the order of the file.
    public let events: [Answer]

    /// - Parameter routingKey: nil: the one that follows from each event, or from one of a batch.
    public init(_ file: [UInt8], routingKey: String?, now: Moment) {
        let reader = EventReader()
        events = Self.lines(of: file, reader).flatMap { line in
            let key = routingKey ?? reader.ownRoutingKey(of: line.body)
            let reading = reader.read(body: line.body, contentType: nil, routingKey: key, now: now)
            return Self.answers(reading.content, isBatch: BatchElements.of(line.body) != nil).map {
                var answer = $0
                (answer.line, answer.routingKey) = (line.number, key)
                return answer
            }
        }
        ok = events.allSatisfy { $0.verdict != .refused }
    }

    /// The bodies in a file: one, or one on each line if the first line by itself is JSON and others follow.
    private static func lines(of file: [UInt8], _ reader: EventReader) -> [(number: Int?, body: [UInt8])] {
        let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .filter { !$0.element.allSatisfy { $0 <= 0x20 } }
        guard lines.count > 1, let first = lines.first, reader.isWhole(Array(first.element)) else {
            return [(nil, file)]
        }
        return lines.map { ($0.offset + 1, Array($0.element)) }
    }

    private static func answers(_ content: ParsedMessage.Content, isBatch: Bool) -> [Answer] {
        switch content {
        case .refused(let refusal): return [Answer(verdict: .refused, routingKey: "", refusal: refusal)]
        case .elements(let elements):
            return elements.enumerated().map { index, element in
                var answer = Answer(index: isBatch ? index : nil, verdict: .accepted, routingKey: "")
                switch element {
                case .event(let event): answer.note(event)
                case .adjusted(let event, let refusal):
                    answer.note(event)
                    (answer.verdict, answer.refusal) = (.adjusted, refusal)
                case .refused(let refusal, _): (answer.verdict, answer.refusal) = (.refused, refusal)
                }
                return answer
            }
        }
    }
}

extension EventCheck.Answer {
    fileprivate mutating func note(_ event: RecordEvent) {
        (entity, verb) = (event.recordKind.rawValue, event.verb.rawValue)
        fields = event.fields.count { $0.field != .creation && $0.field != .dropped && $0.adjustment != .dropped }
    }
}
