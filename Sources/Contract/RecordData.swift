import LeadModel

/// The `data` of a `created`, `imported` or `updated` event that states a record whole.
public struct RecordData: Sendable {
    public var status: Status
    public var createdAt: Moment?
    public var closedAt: Moment?
    public var owner: String?
    public var name: String?
    public var process: String?
    public var stage: String?
    public var stageSince: Moment?
    /// A nil value is written as null.
    public var attributes: [(name: Exact, value: Value?)] = []

    public init(status: Status) { self.status = status }

    /// A JSON object. Fields that are nil are left out.
    public var json: [UInt8] {
        var json = JSONWriter()
        json.literal(#"{"status":"#)
        json.string(status.rawValue)
        json.field(#","createdAt":"#, createdAt) { $0.moment($1) }
        json.field(#","closedAt":"#, closedAt) { $0.moment($1) }
        json.field(#","owner":"#, owner) { $0.string($1) }
        json.field(#","name":"#, name) { $0.string($1) }
        json.field(#","process":"#, process) { $0.string($1) }
        json.field(#","stage":"#, stage) { $0.string($1) }
        json.field(#","stageSince":"#, stageSince) { $0.moment($1) }
        json.literal(#","attributes":{"#)
        for (index, attribute) in attributes.enumerated() {
            if index > 0 { json.literal(",") }
            json.string(attribute.name.text)
            json.literal(":")
            json.value(attribute.value)
        }
        json.literal("}}")
        return json.bytes
    }
}

extension JSONWriter {
    fileprivate mutating func field<Content>(
        _ name: StaticString, _ content: Content?, _ write: (inout JSONWriter, Content) -> Void
    ) {
        guard let content else { return }
        literal(name)
        write(&self, content)
    }

    fileprivate mutating func value(_ value: Value?) {
        switch value {
        case nil: literal("null")
        case .text(let text): string(text)
        case .number(let number): self.number(number)
        case .flag(let flag): self.flag(flag)
        case .list(let entries):
            literal("[")
            for (index, entry) in entries.enumerated() {
                if index > 0 { literal(",") }
                string(entry)
            }
            literal("]")
        }
    }
}
