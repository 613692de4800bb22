/// One part of a record: a field that every record can have, or an attribute by its name.
public enum Field: Hashable, Sendable {
    case status, createdAt, closedAt, owner, name, process, stage, stageSince, account, contact
    /// The time of the `created` event itself, which stands in where no `createdAt` was ever given. No snapshot speaks
    /// for it: one that says nothing of `createdAt` does not make a record's beginning unknown.
    case creation
    case attribute(Exact)

    /// The number under which it is stored and hashed: 1…11, 0 for an attribute. Never given to another field.
    public var code: UInt8 {
        switch self {
        case .attribute: 0
        case .status: 1
        case .createdAt: 2
        case .closedAt: 3
        case .owner: 4
        case .name: 5
        case .process: 6
        case .stage: 7
        case .stageSince: 8
        case .account: 9
        case .contact: 10
        case .creation: 11
        }
    }

    /// Those that are no attributes, by `code` − 1.
    public static let core: [Field] = [
        .status, .createdAt, .closedAt, .owner, .name, .process, .stage, .stageSince, .account, .contact, .creation,
    ]

    /// Whether a change of it makes an open record pending.
    public var countsForScoring: Bool {
        switch self {
        case .attribute, .stage, .stageSince, .process, .account, .contact, .createdAt, .creation: true
        case .status, .closedAt, .owner, .name: false
        }
    }

    /// The name, if it is an attribute.
    public var attributeName: Exact? {
        if case .attribute(let name) = self { name } else { nil }
    }

    /// The prefix under which a snapshot speaks for it; nothing if none does.
    var prefix: Exact? {
        switch self {
        case .attribute(let name): name.prefix
        case .creation: nil
        default: ""
        }
    }
}

/// One thing that a connector says happened to a record, checked and decoded.
public struct RecordEvent: Equatable, Sendable {
    public enum Kind: Sendable { case snapshot, patch, delete, erase }

    public var entity: Entity
    public var verb: Verb
    public var recordID: Exact
    public var kind: Kind
    public var stamp: Stamp
    /// What it says; nothing as value means null. No field stands twice. Dates are `.number` of milliseconds since 1970.
    public var fields: [(field: Field, value: Value?)]

    /// - Parameters:
    ///   - source: the CloudEvent's `source`; with `id` it identifies the event.
    ///   - isPatch: only what is given changed. Never so for a creation.
    public init(
        entity: Entity, verb: Verb, recordID: Exact, source: String, id: String, time: Moment, sequence: Exact? = nil,
        isPatch: Bool = false, fields: [(field: Field, value: Value?)] = []
    ) {
        (self.entity, self.verb, self.recordID) = (entity, verb, recordID)
        switch verb {
        case .created, .imported: kind = .snapshot
        case .updated: kind = isPatch ? .patch : .snapshot
        case .deleted: kind = .delete
        case .erased: kind = .erase
        }
        self.fields = kind == .delete || kind == .erase ? [] : fields
        if verb == .created { self.fields.append((.creation, .number(Double(time.milliseconds)))) }
        stamp = Stamp(time: time, sequence: sequence, hash: 0)
        stamp.hash = contentHash(source: source, id: id)
    }

    /// The prefixes that a snapshot speaks for: what has none, the related entities', and those that it uses.
    var prefixesSpokenFor: Set<Exact> {
        Set(fields.compactMap(\.field.prefix)).union(["", "account", "contact"])
    }

    /// FNV-1a of source, id, verb, kind and the sum of the fields' own hashes: a sum, since the order in which a JSON
    /// object's members stand says nothing.
    private func contentHash(source: String, id: String) -> UInt64 {
        var sum: UInt64 = 0
        for (field, value) in fields {
            var hash = FNV1a()
            hash.combine(field)
            hash.combine(value)
            sum &+= hash.value
        }
        var hash = FNV1a()
        hash.combine(source)
        hash.combine(id)
        hash.combine(verb.rawValue)
        hash.combine(UInt8(kind == .patch ? 1 : 0))
        hash.combine(sum)
        return hash.value
    }

    public static func == (a: RecordEvent, b: RecordEvent) -> Bool {
        a.entity == b.entity && a.verb == b.verb && a.recordID == b.recordID && a.kind == b.kind && a.stamp == b.stamp
            && a.fields.elementsEqual(b.fields) { $0.field == $1.field && $0.value == $1.value }
    }
}

extension FNV1a {
    fileprivate mutating func combine(_ field: Field) {
        switch field {
        case .attribute(let name): combine(name.text)
        default: combine(field.code)
        }
    }

    fileprivate mutating func combine(_ value: Value?) {
        switch value {
        case nil: combine(UInt8(0))
        case .text(let text):
            combine(UInt8(1))
            combine(text)
        case .number(let number):
            combine(UInt8(2))
            combine((number == 0 ? 0 : number).bitPattern)
        case .flag(let flag): combine(UInt8(flag ? 4 : 3))
        case .list(let entries):
            combine(UInt8(5))
            for entry in entries { combine(entry) }
        }
    }
}
