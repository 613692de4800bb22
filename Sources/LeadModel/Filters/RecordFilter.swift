/// Which records a model is for: those that meet all conditions of at least one group.
public struct RecordFilter: Equatable, Sendable {
    public static let mostGroups = 10, mostConditions = 10, mostValues = 100

    /// One to ten groups of one to ten conditions.
    public let groups: [[Condition]]

    /// - Throws: `FilterError` for too many or too few groups, conditions or values.
    public init(anyOf groups: [[Condition]]) throws(FilterError) {
        guard (1...Self.mostGroups).contains(groups.count) else {
            throw FilterError("a filter has 1 to \(Self.mostGroups) groups, not \(groups.count)")
        }
        for group in groups where !(1...Self.mostConditions).contains(group.count) {
            throw FilterError("a group of a filter has 1 to \(Self.mostConditions) conditions, not \(group.count)")
        }
        self.groups = groups
    }

    /// One thing that must hold of a record.
    public struct Condition: Equatable, Sendable {
        /// An attribute, also of the account or contact (`account.region`), or one of `FilterField`.
        public let attribute: Exact
        public let test: Test

        /// - Throws: `FilterError` for a name or test that no record could meet.
        public init(_ attribute: Exact, _ test: Test) throws(FilterError) {
            guard (1...128).contains(attribute.text.utf8.count) else {
                throw FilterError("the name of an attribute has 1 to 128 bytes")
            }
            try test.require(attribute)
            (self.attribute, self.test) = (attribute, test)
        }

        private init(process: String) { (attribute, test) = ("process", .isIn([process])) }

        /// Of a process that no record can be in, such as a blank one, none holds.
        static func process(_ name: String) -> Condition { Condition(process: name) }
    }

    /// Values are compared as categories, as training reads them: case and surrounding blanks make no difference, 4 is
    /// 4.0, and 1, true and "Yes" are one. Of a list, one entry is enough. Null words count as no value.
    public enum Test: Equatable, Sendable {
        case isIn([String])
        /// Also of a record without a value.
        case isNotIn([String])
        /// Of numbers, in any spelling.
        case range(Bounds)
        /// Of dates: more days before the present than this.
        case olderThan(days: Double)
        /// Of dates: no more days before the present than this, or ahead.
        case newerThan(days: Double)
        case isEmpty, isNotEmpty

        var usesTime: Bool {
            switch self {
            case .olderThan, .newerThan: true
            case .isIn, .isNotIn, .range, .isEmpty, .isNotEmpty: false
            }
        }

        fileprivate func require(_ attribute: Exact) throws(FilterError) {
            switch self {
            case .isIn(let values), .isNotIn(let values):
                guard (1...RecordFilter.mostValues).contains(values.count) else {
                    throw FilterError(
                        "\(attribute.text.printable): a condition names 1 to \(RecordFilter.mostValues) values, not "
                            + "\(values.count)")
                }
                for value in values where Value.text(value).asCategory == nil || NullWord.contains(value) {
                    throw FilterError(
                        "\(attribute.text.printable): \(value.debugDescription) counts as no value; say `is empty` or "
                            + "`is not empty`")
                }
            case .range(let bounds):
                guard bounds.isPossible else {
                    throw FilterError("\(attribute.text.printable): no number is in the range \(bounds.words)")
                }
            case .olderThan(let days), .newerThan(let days):
                guard (0...36_500).contains(days) else {
                    throw FilterError("\(attribute.text.printable): days must be 0 to 36500")
                }
            case .isEmpty, .isNotEmpty: break
            }
        }
    }

    /// A range of numbers, with at least one end.
    public struct Bounds: Equatable, Sendable, Codable {
        /// At least this, at most this, more than this, less than this.
        public var from, to, above, below: Double?

        public init(from: Double? = nil, to: Double? = nil, above: Double? = nil, below: Double? = nil) {
            (self.from, self.to, self.above, self.below) = (from, to, above, below)
        }

        @inline(__always)
        func contains(_ number: Double) -> Bool {
            if let from, number < from { return false }
            if let to, number > to { return false }
            if let above, number <= above { return false }
            if let below, number >= below { return false }
            return true
        }

        fileprivate var isPossible: Bool {
            let (low, high) = ([from, above].compactMap(\.self).max(), [to, below].compactMap(\.self).min())
            guard let low, let high else { return low != nil || high != nil }
            return low < high || (low == high && above.map { $0 < low } ?? true && below.map { $0 > high } ?? true)
        }
    }

    /// Whether the same record can meet it or not by the passing of time alone.
    public var usesTime: Bool { groups.contains { $0.contains(where: \.test.usesTime) } }
}

/// What is wrong with a filter, and what is allowed.
public struct FilterError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// A filter as JSON: `{"anyOf": [{"allOf": [{"attribute": "account.region", "in": ["EU", "UK"]}, …]}, …]}`.
extension RecordFilter: Codable {
    private struct Group: Codable { var allOf: [Condition] }
    private enum Key: String, CodingKey { case anyOf }

    public init(from decoder: any Decoder) throws {
        let groups = try decoder.container(keyedBy: Key.self).decode([Group].self, forKey: .anyOf)
        try self.init(anyOf: groups.map(\.allOf))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(groups.map { Group(allOf: $0) }, forKey: .anyOf)
    }
}

/// A condition as JSON: `attribute` and one of `in`, `notIn`, `range`, `olderThanDays`, `newerThanDays`, `isEmpty`.
extension RecordFilter.Condition: Codable {
    private enum Key: String, CodingKey, CaseIterable {
        case attribute
        case isIn = "in"
        case isNotIn = "notIn"
        case range, olderThanDays, newerThanDays, isEmpty
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let attribute = Exact(try container.decode(String.self, forKey: .attribute))
        guard container.allKeys.count == 2, let key = container.allKeys.first(where: { $0 != .attribute }) else {
            throw FilterError(
                "\(attribute.text.printable): a condition has one test, of in, notIn, range, "
                    + "olderThanDays, newerThanDays and isEmpty")
        }
        let test: RecordFilter.Test =
            switch key {
            case .isIn: .isIn(try container.decode([String].self, forKey: key))
            case .isNotIn: .isNotIn(try container.decode([String].self, forKey: key))
            case .range: .range(try container.decode(RecordFilter.Bounds.self, forKey: key))
            case .olderThanDays: .olderThan(days: try container.decode(Double.self, forKey: key))
            case .newerThanDays: .newerThan(days: try container.decode(Double.self, forKey: key))
            case .isEmpty, .attribute: try container.decode(Bool.self, forKey: .isEmpty) ? .isEmpty : .isNotEmpty
            }
        try self.init(attribute, test)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(attribute.text, forKey: .attribute)
        switch test {
        case .isIn(let values): try container.encode(values, forKey: .isIn)
        case .isNotIn(let values): try container.encode(values, forKey: .isNotIn)
        case .range(let bounds): try container.encode(bounds, forKey: .range)
        case .olderThan(let days): try container.encode(days, forKey: .olderThanDays)
        case .newerThan(let days): try container.encode(days, forKey: .newerThanDays)
        case .isEmpty: try container.encode(true, forKey: .isEmpty)
        case .isNotEmpty: try container.encode(false, forKey: .isEmpty)
        }
    }
}
