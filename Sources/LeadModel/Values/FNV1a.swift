/// 64-bit FNV-1a (Fowler, Noll, Vo; offset basis 0xcbf29ce484222325, prime 0x100000001b3).
///
/// The product's one hash: for partitions and for the last part of a stamp. It is stable across versions and machines,
/// since what it gives is stored.
public struct FNV1a: Sendable {
    public private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    public init() {}

    /// Goes on where a hash of other bytes ended.
    init(after value: UInt64) { self.value = value }

    @inline(__always)
    public mutating func combine(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    /// What no UTF-8 text holds: put behind each, so that ("ab", "c") and ("a", "bc") differ.
    static let endOfText: UInt8 = 0xFF

    /// The UTF-8 bytes and `endOfText`.
    public mutating func combine(_ text: String) {
        combine(bytesOf: text)
        combine(Self.endOfText)
    }

    private mutating func combine(bytesOf text: String) {
        var text = text
        text.withUTF8 { for byte in $0 { combine(byte) } }
    }

    /// Eight bytes, lowest first.
    public mutating func combine(_ number: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { combine(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
    }

    /// The plain FNV-1a of a text's UTF-8 bytes, as in the published test vectors.
    public static func hash(_ text: String) -> UInt64 {
        var hash = FNV1a()
        hash.combine(bytesOf: text)
        return hash.value
    }

    public static func hash(_ bytes: [UInt8]) -> UInt64 {
        var hash = FNV1a()
        for byte in bytes { hash.combine(byte) }
        return hash.value
    }
}
