/// Reads AMQP field tables from the bytes that the broker sent, without trusting them.
///
/// 1. It never reads beyond its bytes, and it recurses no deeper than the caller allows. What is deeper, malformed or of
///    an unknown type is nil.
/// 2. A value that nobody asks for is skipped by its length and never decoded.
///
/// The types are those of RabbitMQ: <https://www.rabbitmq.com/amqp-0-9-1-errata#section_3>.
struct FieldReader {
    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position >= bytes.endIndex }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.endIndex - position else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        take(MemoryLayout<Number>.size).map { $0.reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) } }
    }

    /// A short string: up to 255 bytes.
    mutating func shortText() -> ArraySlice<UInt8>? { number(UInt8.self).flatMap { take(Int($0)) } }

    /// What follows its own length in 32 bits: a long string, a table or an array.
    mutating func long() -> ArraySlice<UInt8>? { number(UInt32.self).flatMap { take(Int($0)) } }

    /// The next entry of a table: its name, and its value with the type before it. Nil at the end, and if it is malformed.
    mutating func entry() -> (name: ArraySlice<UInt8>, value: ArraySlice<UInt8>)? {
        guard let name = shortText() else { return nil }
        let start = position
        return skipValue() ? (name, bytes[start..<position]) : nil
    }

    /// The next value, its type included.
    ///
    /// - Parameter depth: how many tables and arrays may contain one another; 0 allows none.
    mutating func value(depth: Int) -> Argument? {
        guard let type = number(UInt8.self) else { return nil }
        switch UnicodeScalar(type) {
        case "t": return number(UInt8.self).map { .flag($0 != 0) }
        case "b": return number(Int8.self).map { .integer(Int64($0)) }
        case "B": return number(UInt8.self).map { .integer(Int64($0)) }
        case "s": return number(Int16.self).map { .integer(Int64($0)) }
        case "u": return number(UInt16.self).map { .integer(Int64($0)) }
        case "I": return number(Int32.self).map { .integer(Int64($0)) }
        case "i": return number(UInt32.self).map { .integer(Int64($0)) }
        case "l": return number(Int64.self).map { .integer($0) }
        case "L": return number(UInt64.self).map { .integer(Int64(clamping: $0)) }
        case "f": return number(UInt32.self).map { .real(Double(Float(bitPattern: $0))) }
        case "d": return number(UInt64.self).map { .real(Double(bitPattern: $0)) }
        case "D": return decimal()
        case "T": return number(UInt64.self).map { .time(seconds: $0) }
        case "S", "x": return long().map { .text(String(decoding: $0, as: UTF8.self)) }
        case "V": return .null
        case "F" where depth > 0:
            return long().flatMap { Self.entries(of: $0, depth: depth - 1) }.map { .table($0) }
        case "A" where depth > 0: return long().flatMap { Self.values(of: $0, depth: depth - 1) }.map { .list($0) }
        default: return nil
        }
    }

    /// The entries of a table; of entries with equal names, the last. Nil if one can't be read.
    static func entries(of table: ArraySlice<UInt8>, depth: Int) -> [String: Argument]? {
        var reader = FieldReader(table)
        var entries: [String: Argument] = [:]
        while !reader.isAtEnd {
            guard let name = reader.shortText(), let value = reader.value(depth: depth) else { return nil }
            entries[String(decoding: name, as: UTF8.self)] = value
        }
        return entries
    }

    private static func values(of array: ArraySlice<UInt8>, depth: Int) -> [Argument]? {
        var reader = FieldReader(array)
        var values: [Argument] = []
        while !reader.isAtEnd {
            guard let value = reader.value(depth: depth) else { return nil }
            values.append(value)
        }
        return values
    }

    /// A decimal is a number and the place of its decimal point.
    private mutating func decimal() -> Argument? {
        guard let places = number(UInt8.self), let digits = number(Int32.self) else { return nil }
        var scaled = Double(digits)
        for _ in 0..<places { scaled /= 10 }
        return .real(scaled)
    }

    private mutating func skipValue() -> Bool {
        guard let type = number(UInt8.self) else { return false }
        switch UnicodeScalar(type) {
        case "t", "b", "B": return take(1) != nil
        case "s", "u": return take(2) != nil
        case "I", "i", "f": return take(4) != nil
        case "D": return take(5) != nil
        case "l", "L", "d", "T": return take(8) != nil
        case "S", "x", "F", "A": return long() != nil
        case "V": return true
        default: return false
        }
    }

    /// Whether tables and arrays contain one another at most `most` levels deep, and everything can be read.
    ///
    /// It keeps its own list of what is open, so the bytes can't exhaust the stack.
    static func isShallow(table: ArraySlice<UInt8>, most: Int) -> Bool {
        var open: [(reader: FieldReader, isTable: Bool)] = [(FieldReader(table), true)]
        while let last = open.popLast() {
            let isTable = last.isTable
            var reader = last.reader
            guard !reader.isAtEnd else { continue }
            if isTable { guard reader.shortText() != nil else { return false } }
            let start = reader.position
            guard reader.skipValue() else { return false }
            open.append((reader, isTable))
            let type = UnicodeScalar(table[start])
            guard type == "F" || type == "A" else { continue }
            guard open.count < most else { return false }
            open.append((FieldReader(table[start + 5..<reader.position]), type == "F"))
        }
        return true
    }
}
