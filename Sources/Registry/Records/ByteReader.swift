/// Reads what `ByteWriter` wrote. Throws `Damaged` past the end, or for a text that is not UTF-8.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    struct Damaged: Error {}

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// What is not read yet.
    var rest: [UInt8] { Array(bytes[position...]) }

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

    /// A count of elements of at least one byte each: a damaged count can never exceed the bytes that follow.
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
