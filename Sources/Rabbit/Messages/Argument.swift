/// A value in an AMQP table: a message's headers, or the arguments of a queue, an exchange or a consumer.
public enum Argument: Sendable, Hashable {
    case text(String)
    /// All integer widths on the wire read as this one; written as 64 bits.
    case integer(Int64)
    case real(Double)
    case flag(Bool)
    /// Seconds since 1970; AMQP has a type of its own for it (`x-death`'s `time`, a stream's offset by time).
    case time(seconds: UInt64)
    case table([String: Argument])
    case list([Argument])
    case null

    public var text: String? { if case .text(let value) = self { value } else { nil } }
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    public var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
    public var table: [String: Argument]? { if case .table(let value) = self { value } else { nil } }
    public var list: [Argument]? { if case .list(let value) = self { value } else { nil } }
}

extension Argument: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }
    public init(arrayLiteral elements: Argument...) { self = .list(elements) }
    public init(dictionaryLiteral elements: (String, Argument)...) {
        self = .table(Dictionary(elements) { _, last in last })
    }
}
