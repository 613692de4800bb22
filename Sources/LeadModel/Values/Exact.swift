import Glibc

/// Text that is compared byte by byte.
///
/// Swift's `String` holds a composed and a decomposed "é" equal. Redis, RabbitMQ and connectors in other languages do
/// not, so ids and names, which are keys there, are keys here by their UTF-8 bytes.
public struct Exact: Hashable, Comparable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (a: Exact, b: Exact) -> Bool {
        a.text.utf8.count == b.text.utf8.count && compared(a, b) == 0
    }

    public static func < (a: Exact, b: Exact) -> Bool { compared(a, b) < 0 }

    /// Negative where `a` comes first, 0 where they are equal.
    private static func compared(_ a: Exact, _ b: Exact) -> Int {
        // Never nothing: off Apple's platforms a String's UTF-8 lies in one piece.
        a.text.utf8.withContiguousStorageIfAvailable { one in
            b.text.utf8.withContiguousStorageIfAvailable { other in
                let common = min(one.count, other.count)
                let order = common == 0 ? 0 : Int(memcmp(one.baseAddress!, other.baseAddress!, common))
                return order != 0 ? order : one.count - other.count
            }!
        }!
    }

    public func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// What stands before the first dot: whom the name describes or who says it. Empty where there is no dot.
    public var prefix: Exact {
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return Exact("") }
        return Exact(String(text[..<dot]))
    }
}

extension Exact: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) { self.init(value) }
    public var description: String { text }
}
