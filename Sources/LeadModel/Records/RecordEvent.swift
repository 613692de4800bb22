/// One thing that a connector says happened to a record, checked and decoded.
public struct RecordEvent: Equatable, Sendable {
    public enum Kind: Sendable { case snapshot, patch, delete, erase }

    public var recordKind: RecordKind
    public var verb: Verb
    public var recordID: Exact
    public var kind: Kind
    public var stamp: Stamp
    /// What it says, in the order of the fields; nil as value means null. No field stands twice. Dates are `.number`
    /// of milliseconds since 1970.
    public private(set) var fields: [FieldValue]

    /// - Parameters:
    ///   - source: the CloudEvent's `source`; with `id` it identifies the event.
    ///   - isPatch: only what is given changed. Never so for a creation.
    public init(
        kind recordKind: RecordKind, verb: Verb, recordID: Exact, source: String, id: String, time: Moment,
        sequence: Exact? = nil,
        isPatch: Bool = false, fields: consuming [FieldValue] = []
    ) {
        (self.recordKind, self.verb, self.recordID) = (recordKind, verb, recordID)
        switch verb {
        case .created, .imported: kind = .snapshot
        case .updated: kind = isPatch ? .patch : .snapshot
        case .deleted: kind = .delete
        case .erased: kind = .erase
        }
        if kind == .delete || kind == .erase { fields = [] }
        if verb == .created { fields.append(FieldValue(.creation, .number(Double(time.milliseconds)))) }
        Field.sort(&fields, by: \.field)
        Self.removeEnd(from: &fields, kind)
        self.fields = fields
        let hash = Self.contentHash(source: source, id: id, verb, kind, fields)
        stamp = Stamp(time: time, sequence: sequence, rank: Self.rank(verb, kind), hash: hash)
    }

    private static func rank(_ verb: Verb, _ kind: Kind) -> Stamp.Rank {
        switch kind {
        case .snapshot: verb.isCreation ? .creation : .snapshot
        case .patch: .patch
        case .delete, .erase: .removal
        }
    }

    /// An event that says that its record is open also says that it has no `closedAt`: otherwise a record that is closed
    /// again would have the date of its former end. A snapshot removes what is older anyway, a patch needs a null.
    ///
    /// - Parameter fields: in order, so the status is the first one.
    private static func removeEnd(from fields: inout [FieldValue], _ kind: Kind) {
        let status = fields.first.flatMap { $0.field == .status ? $0 : nil }
        guard status == nil ? kind == .snapshot : status?.value == nil || status?.value == .text(Status.open.rawValue)
        else { return }
        let place = fields.prefix(3).firstIndex { $0.field >= .closedAt } ?? min(3, fields.count)
        let isGiven = place < fields.count && fields[place].field == .closedAt
        if isGiven { fields.remove(at: place) }
        if kind == .patch { fields.insert(FieldValue(.closedAt, nil), at: place) }
    }

    /// The prefixes that a snapshot speaks for: what has none, the related entities', and those that it uses.
    var prefixesSpokenFor: [Exact] {
        var prefixes: [Exact] = ["", "account", "contact"]
        for place in fields.indices {
            if case .attribute(let name) = fields[place].field, !prefixes.contains(name.prefix) {
                prefixes.append(name.prefix)
            }
        }
        return prefixes
    }

    /// FNV-1a of source, id, verb, kind and the sum of the fields' own hashes: a sum, since the order in which a JSON
    /// object's members stand says nothing.
    private static func contentHash(
        source: String, id: String, _ verb: Verb, _ kind: Kind, _ fields: [FieldValue]
    ) -> UInt64 {
        var sum: UInt64 = 0
        for place in fields.indices {
            var hash = fields[place].field.hashed
            hash.combine(fields[place].value)
            if let adjustment = fields[place].adjustment { hash.combine(6 + adjustment.rawValue) }
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
}

extension Field {
    /// Begun with its name's bytes or its code.
    fileprivate var hashed: FNV1a {
        var hash = FNV1a()
        switch self {
        case .attribute(let name):
            hash = FNV1a(after: name.hash)
            hash.combine(FNV1a.endOfText)
        default: hash.combine(code)
        }
        return hash
    }
}

extension FNV1a {
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
