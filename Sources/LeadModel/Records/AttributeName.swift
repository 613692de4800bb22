/// The name of an attribute, with what is asked of it for every record worked out once.
///
/// An object, so that a record's thirty names are thirty counts and no texts. Who meets the same names again and again
/// (the reader of events, a partition's dictionary) keeps those that it made; names made apart are equal by their bytes
/// all the same.
public final class AttributeName: Sendable {
    public let exact: Exact
    /// What stands before the first dot: whom the name describes or who says it. Empty where there is no dot.
    public let prefix: Exact
    /// FNV-1a of its bytes.
    public let hash: UInt64

    public init(_ exact: Exact) {
        (self.exact, prefix, hash) = (exact, exact.prefix, FNV1a.hash(exact.text))
    }

    public var text: String { exact.text }
}

extension AttributeName: Hashable {
    public static func == (a: AttributeName, b: AttributeName) -> Bool {
        a === b || (a.hash == b.hash && a.exact == b.exact)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(exact) }
}

extension AttributeName: Comparable {
    /// By hash, then by bytes: an order like any other, that costs one comparison.
    public static func < (a: AttributeName, b: AttributeName) -> Bool {
        a.hash != b.hash ? a.hash < b.hash : a.exact < b.exact
    }
}

extension AttributeName: ExpressibleByStringLiteral, CustomStringConvertible {
    public convenience init(stringLiteral value: String) { self.init(Exact(value)) }
    public var description: String { text }
}
