import Contract
import LeadModel

/// A record's values, each with the time of the event that gave it.
public struct RecordStateView: Encodable, Sendable {
    /// The newest snapshot for the values under a prefix; an empty prefix stands for values without one.
    public struct Snapshot: Encodable, Sendable {
        public let prefix: String
        public let saidAt: Moment
    }

    public struct GivenValue: Encodable, Sendable {
        /// As in an event's `data`: `name`, `related.account`, `attributes.web.visits`; `creation` is the time of the
        /// `created` event.
        public let field: String
        /// Nil if an event removed it.
        @OrNull public private(set) var value: JSONValue?
        public let saidAt: Moment
        @OrNull public private(set) var sequence: String?

        init(_ field: Field, _ cell: Record.Cell) {
            self.field = field.path
            saidAt = cell.stamp.time
            (value, sequence) = (cell.value.map { JSONValue($0, of: field) }, cell.stamp.sequence?.text)
        }
    }

    /// open, how it was closed, deleted or erased; patched: only patches came; unknown: no event came.
    public let status: String
    @OrNull public private(set) var deletedAt: Moment?
    public let snapshots: [Snapshot]
    public let values: [GivenValue]

    init(_ record: Record) {
        status =
            if record.revision == 0 {
                "unknown"
            } else if record.isErased {
                "erased"
            } else if record.isGone {
                "deleted"
            } else {
                record.isWhole ? record.status.rawValue : "patched"
            }
        snapshots = record.floors.entries.map { Snapshot(prefix: $0.key.text, saidAt: $0.value.time) }
        values = record.cells.entries.map { GivenValue($0.key, $0.value) }.sorted { $0.field < $1.field }
        deletedAt = record.deleted?.time
    }
}

/// A value as JSON writes it; a date as text.
public enum JSONValue: Encodable, Sendable {
    case text(String)
    case number(Double)
    case flag(Bool)
    case list([String])

    init(_ value: Value, of field: Field) {
        self =
            switch (value, field) {
            case (.number(let milliseconds), .createdAt), (.number(let milliseconds), .closedAt),
                (.number(let milliseconds), .stageSince), (.number(let milliseconds), .creation):
                Moment(stored: milliseconds).map { .text($0.text) } ?? .number(milliseconds)
            case (.text(let text), _): .text(text)
            case (.number(let number), _): .number(number)
            case (.flag(let flag), _): .flag(flag)
            case (.list(let list), _): .list(list)
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .list(let list): try container.encode(list)
        }
    }
}

extension Field {
    /// Its place in an event's `data`.
    fileprivate var path: String {
        switch self {
        case .attribute(let name): "attributes.\(name.text)"
        case .account: "related.account"
        case .contact: "related.contact"
        case .status: "status"
        case .createdAt: "createdAt"
        case .closedAt: "closedAt"
        case .owner: "owner"
        case .name: "name"
        case .process: "process"
        case .stage: "stage"
        case .stageSince: "stageSince"
        case .creation: "creation"
        case .dropped: "dropped"
        }
    }
}
