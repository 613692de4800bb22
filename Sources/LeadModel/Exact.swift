import Glibc

/// Text that is compared byte by byte.
///
/// Swift's `String` holds a composed and a decomposed "é" equal. Redis, RabbitMQ and connectors in other languages do
/// not, so ids and names, which are keys there, are keys here by their UTF-8 bytes.
public struct Exact: Hashable, Comparable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (a: Exact, b: Exact) -> Bool {
        var (x, y) = (a.text, b.text)
        return x.withUTF8 { p in
            y.withUTF8 { q in p.count == q.count && (p.isEmpty || memcmp(p.baseAddress!, q.baseAddress!, p.count) == 0)
            }
        }
    }

    public static func < (a: Exact, b: Exact) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

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
