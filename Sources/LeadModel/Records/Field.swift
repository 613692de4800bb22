/// One part of a record: a field that every record can have, or an attribute by its name.
public enum Field: Hashable, Sendable {
    case status, createdAt, closedAt, owner, name, process, stage, stageSince, account, contact
    /// The time of the `created` event itself, which is used if no `createdAt` was ever given.
    case creation
    /// Which members of an event could not be stored at all: `DroppedMembers`.
    case dropped
    case attribute(AttributeName)

    /// The number under which it is stored and hashed: 1…12, 0 for an attribute. Never given to another field.
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
        case .dropped: 12
        }
    }

    /// Those that are no attributes, by `code` − 1.
    public static let core: [Field] = [
        .status, .createdAt, .closedAt, .owner, .name, .process, .stage, .stageSince, .account, .contact, .creation,
        .dropped,
    ]

    /// Whether a change of it makes an open record pending.
    public var countsForScoring: Bool {
        switch self {
        case .attribute, .stage, .stageSince, .process, .account, .contact, .createdAt, .creation: true
        case .status, .closedAt, .owner, .name, .dropped: false
        }
    }

    /// The name, if it is an attribute.
    public var attributeName: AttributeName? {
        if case .attribute(let name) = self { name } else { nil }
    }

    /// The prefix under which a snapshot speaks for it; nil if none does: a snapshot without `createdAt` does not make a
    /// record's beginning unknown.
    var prefix: Exact? {
        switch self {
        case .attribute(let name): name.prefix
        case .createdAt, .creation: nil
        default: ""
        }
    }
}

extension Field: Comparable {
    /// What is no attribute by code, then the attributes in the order of their names' hashes.
    public static func < (a: Field, b: Field) -> Bool {
        switch (a, b) {
        case (.attribute(let one), .attribute(let other)): one < other
        case (.attribute, _): false
        case (_, .attribute): true
        default: a.code < b.code
        }
    }

    /// Rises with the field, and is nearly always enough to distinguish two fields.
    private var rank: UInt64 {
        if case .attribute(let name) = self { 1 << 63 | name.hash >> 1 } else { UInt64(code) }
    }

    /// Sorts elements by their field. It sorts numbers, then only swaps the elements, so that none is copied.
    static func sort<Said>(_ said: inout [Said], by field: (Said) -> Field) {
        var sorted = said.indices.map { (rank: field(said[$0]).rank, place: $0) }
        sorted.sort { a, b in
            a.rank != b.rank ? a.rank < b.rank : field(said[a.place]) < field(said[b.place])
        }
        said.withUnsafeMutableBufferPointer { said in
            for start in sorted.indices {
                var place = start
                while sorted[place].place != start {
                    let next = sorted[place].place
                    said.swapAt(place, next)
                    (sorted[place].place, place) = (place, next)
                }
                sorted[place].place = place
            }
        }
    }
}
