/// What was done to a value that does not fit, so that one value never costs the whole record.
public enum Adjustment: UInt8, Equatable, Sendable {
    /// It was longer than its limit: its beginning is kept.
    case cut
    /// It was of a type that no value has: nothing is kept of it.
    case dropped
}

/// The members of a record's data that were cut or dropped: their names, never their values. An attribute goes by its
/// name, a field by its member of `data` (`name`, `owner`, `process`, `stage`).
public struct Adjustments: Equatable, Sendable {
    /// At most so many names are listed of each.
    public static let most = 20

    /// The first by name; at least one of the two is not empty.
    public private(set) var cut: [String] = []
    public private(set) var dropped: [String] = []
    /// How many more there are.
    public private(set) var others = 0

    fileprivate init(cut: [Exact], dropped: [Exact], unlisted: Int) {
        self.cut = cut.sorted().prefix(Self.most).map(\.text)
        self.dropped = dropped.sorted().prefix(Self.most).map(\.text)
        others = cut.count + dropped.count + unlisted - self.cut.count - self.dropped.count
    }
}

extension Adjustments: CustomStringConvertible {
    /// "cut: Message; dropped: tags, geo.point and 12 more".
    public var description: String {
        let parts = [("cut", cut), ("dropped", dropped)].filter { !$0.1.isEmpty }.map { word, names in
            "\(word): " + names.map(\.printable).joined(separator: ", ")
        }
        return parts.joined(separator: "; ") + (others == 0 ? "" : " and \(others) more")
    }
}

/// The members that an event gave and a record can't store at all, since their names are no names of attributes, or there
/// are too many: the value of `Field.dropped`.
public struct DroppedMembers: Equatable, Sendable {
    /// The first by name, at most `Adjustments.most`.
    public let names: [Exact]
    public let count: Int

    /// - Parameter names: of all of them; not empty.
    public init(_ names: [Exact]) {
        (self.names, count) = (Array(names.sorted().prefix(Adjustments.most)), names.count)
    }

    /// Nil if it is not a value that `value` gave.
    init?(_ value: Value?) {
        guard case .list(let list)? = value, let count = list.first.flatMap(Int.init),
            (list.count - 1...1 << 24).contains(count)
        else {
            return nil
        }
        (names, self.count) = (list.dropFirst().map { Exact($0) }, count)
    }

    /// As it is stored: the count, then the names.
    public var value: Value { .list(["\(count)"] + names.map(\.text)) }
}

extension Record {
    /// What was cut or dropped of the values that it has; nil if all of them are as they were given.
    public var adjustments: Adjustments? {
        // Nearly no record has any, and each result asks.
        let entries = cells.entries
        let isAdjusted = entries.indices.contains {
            entries[$0].value.adjustment != nil || entries[$0].key.code == Field.dropped.code
        }
        return isAdjusted && !isGone ? foundAdjustments() : nil
    }

    private func foundAdjustments() -> Adjustments? {
        var (cut, dropped): ([Exact], [Exact]) = ([], [])
        for place in cells.entries.indices {
            switch cells.entries[place].value.adjustment {
            case nil: continue
            case .cut: cut.append(cells.entries[place].key.memberName)
            case .dropped: dropped.append(cells.entries[place].key.memberName)
            }
        }
        let members = DroppedMembers(value(.dropped))
        let names = (members?.names ?? []).filter { !isSet($0, after: cells[.dropped]?.stamp) }
        let unlisted = members.map { $0.count - $0.names.count } ?? 0
        guard !cut.isEmpty || !dropped.isEmpty || !names.isEmpty || unlisted > 0 else { return nil }
        return Adjustments(cut: cut, dropped: dropped + names, unlisted: unlisted)
    }

    /// Whether a newer event has given an attribute another value, or none.
    private func isSet(_ name: Exact, after stamp: Stamp?) -> Bool {
        guard let stamp, let cell = cells[.attribute(AttributeName(name))] else { return false }
        return cell.stamp > stamp
    }
}

extension RecordEvent {
    /// How many of its values were cut, and how many members were dropped.
    public var adjusted: (cut: Int, dropped: Int) {
        var (cut, dropped) = (0, 0)
        for said in fields {
            if said.adjustment == .cut { cut += 1 }
            if said.adjustment == .dropped { dropped += 1 }
            if said.field == .dropped { dropped += DroppedMembers(said.value)?.count ?? 0 }
        }
        return (cut, dropped)
    }
}

extension Field {
    /// By which `Adjustments` name it. Only attributes and the fields that are texts are ever adjusted.
    fileprivate var memberName: Exact {
        switch self {
        case .attribute(let name): name.exact
        case .owner: "owner"
        case .process: "process"
        case .stage: "stage"
        default: "name"
        }
    }
}
