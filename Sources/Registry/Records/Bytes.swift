/// Writes the parts of a blob: variable-length numbers (LEB128: seven bits a byte, lowest first), texts, fixed words.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func number(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func number(_ value: Int) { number(UInt64(value)) }

    /// Small of either sign (zigzag).
    mutating func signed(_ value: Int64) { number(UInt64(bitPattern: (value << 1) ^ (value >> 63))) }

    /// Eight bytes, highest first, so that they compare like the number.
    mutating func word(_ value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func text(_ text: String) {
        number(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }
}

/// Reads what `ByteWriter` wrote. Reading past the end, or a text that is no UTF-8, is `damaged`.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    struct Damaged: Error {}

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws(Damaged) -> UInt8 {
        guard position < bytes.count else { throw Damaged() }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() throws(Damaged) -> UInt64 {
        var (value, shift): (UInt64, UInt64) = (0, 0)
        while true {
            let byte = try byte()
            guard shift < 64 else { throw Damaged() }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    /// A number that must be below `bound`: an index or a count of what follows.
    mutating func index(below bound: Int) throws(Damaged) -> Int {
        let value = try number()
        guard value < UInt64(bound) else { throw Damaged() }
        return Int(value)
    }

    /// How many things follow; each takes a byte at least, so no damaged count makes us reserve memory for it.
    mutating func count() throws(Damaged) -> Int { try index(below: bytes.count - position + 1) }

    mutating func signed() throws(Damaged) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func word() throws(Damaged) -> UInt64 {
        guard bytes.count - position >= 8 else { throw Damaged() }
        defer { position += 8 }
        return bytes[position..<position + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func text() throws(Damaged) -> String { try text(length: count()) }

    mutating func text(length: Int) throws(Damaged) -> String {
        guard bytes.count - position >= length else { throw Damaged() }
        defer { position += length }
        guard let text = String(validating: bytes[position..<position + length], as: UTF8.self) else { throw Damaged() }
        return text
    }
}
