import Contract
import LeadModel

/// What was said of a record, and when: as `export` prints it.
struct RecordState: Encodable {
    /// open, how it was closed, deleted, erased; patched: only patches came; unknown: nothing did.
    var status: String
    @OrNull var deletedAt: String?
    var snapshots: [Snapshot]
    var values: [Said]

    /// When the newest snapshot was that speaks for a prefix; an empty one: for what has none.
    struct Snapshot: Encodable { var prefix, saidAt: String }

    struct Said: Encodable {
        /// As an event's `data` has it: `name`, `related.account`, `attributes.web.visits`; `creation` is the time of the
        /// `created` event.
        var field: String
        /// Null where it was taken away.
        @OrNull var value: JSONValue?
        var saidAt: String
        @OrNull var sequence: String?
    }

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
        deletedAt = record.deleted?.time.text
        snapshots = record.floors.entries.map { Snapshot(prefix: $0.key.text, saidAt: $0.value.time.text) }
        values = record.cells.entries.map { entry in
            Said(
                field: entry.key.path, value: entry.value.value.map { JSONValue($0, of: entry.key) },
                saidAt: entry.value.stamp.time.text, sequence: entry.value.stamp.sequence?.text)
        }.sorted { $0.field < $1.field }
    }
}

/// A value as JSON says it; a date as text.
enum JSONValue: Encodable {
    case text(String)
    case number(Double)
    case flag(Bool)
    case list([String])

    init(_ value: Value, of field: Field) {
        self =
            switch (value, field) {
            case (.number(let milliseconds), .createdAt), (.number(let milliseconds), .closedAt),
                (.number(let milliseconds), .stageSince), (.number(let milliseconds), .creation):
                .text(Moment(milliseconds: Int64(milliseconds)).text)
            case (.text(let text), _): .text(text)
            case (.number(let number), _): .number(number)
            case (.flag(let flag), _): .flag(flag)
            case (.list(let list), _): .list(list)
            }
    }

    func encode(to encoder: any Encoder) throws {
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
    /// Where an event's `data` has it.
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
        }
    }
}
