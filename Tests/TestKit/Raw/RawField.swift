/// A value of an AMQP table as bytes: its type's letter and its encoding in RabbitMQ's dialect. Unlike `Argument` it can be
/// anything, including what no client library writes.
public struct RawField: Sendable {
    public let bytes: [UInt8]

    /// Any bytes under any letter.
    public init(_ letter: Character, _ value: [UInt8]) { bytes = [letter.asciiValue ?? 0] + value }

    public static func flag(_ value: Bool) -> RawField { RawField("t", [value ? 1 : 0]) }
    public static func int8(_ value: Int8) -> RawField { RawField("b", value.bytesOnTheWire) }
    public static func uint8(_ value: UInt8) -> RawField { RawField("B", value.bytesOnTheWire) }
    public static func int16(_ value: Int16) -> RawField { RawField("s", value.bytesOnTheWire) }
    public static func uint16(_ value: UInt16) -> RawField { RawField("u", value.bytesOnTheWire) }
    public static func int32(_ value: Int32) -> RawField { RawField("I", value.bytesOnTheWire) }
    public static func uint32(_ value: UInt32) -> RawField { RawField("i", value.bytesOnTheWire) }
    public static func int64(_ value: Int64) -> RawField { RawField("l", value.bytesOnTheWire) }
    public static func uint64(_ value: UInt64) -> RawField { RawField("L", value.bytesOnTheWire) }
    public static func float(_ value: Float) -> RawField { RawField("f", value.bitPattern.bytesOnTheWire) }
    public static func double(_ value: Double) -> RawField { RawField("d", value.bitPattern.bytesOnTheWire) }
    /// `value` divided by ten to the power of `decimals`.
    public static func decimal(_ value: UInt32, decimals: UInt8) -> RawField {
        RawField("D", [decimals] + value.bytesOnTheWire)
    }
    /// - Parameter seconds: since 1970.
    public static func time(seconds: UInt64) -> RawField { RawField("T", seconds.bytesOnTheWire) }
    public static func text(_ value: String) -> RawField { text(Array(value.utf8)) }
    /// Need not be UTF-8.
    public static func text(_ value: [UInt8]) -> RawField { RawField("S", UInt32(value.count).bytesOnTheWire + value) }
    public static func byteArray(_ value: [UInt8]) -> RawField {
        RawField("x", UInt32(value.count).bytesOnTheWire + value)
    }
    public static func list(_ values: [RawField]) -> RawField {
        let content = values.flatMap(\.bytes)
        return RawField("A", UInt32(content.count).bytesOnTheWire + content)
    }
    public static func table(_ table: RawTable) -> RawField { RawField("F", table.bytes) }
    public static let void = RawField("V", [])

    /// One field of each type.
    public static let ofEachType: [RawField] = [
        .flag(true), .int8(-128), .uint8(255), .int16(-32768), .uint16(65535), .int32(.min), .uint32(.max),
        .int64(.min), .uint64(.max), .float(1.5), .double(-0.1), .decimal(.max, decimals: 255),
        .time(seconds: 1_795_255_200), .text("text"), .byteArray([0, 255]), .void, .list([.void, .int64(1)]),
        .table(["a": .list([])]),
    ]
}

/// An AMQP table as bytes, the length in front included. Names may be empty, equal or invalid UTF-8.
public struct RawTable: Sendable, ExpressibleByDictionaryLiteral {
    public private(set) var bytes: [UInt8]

    /// Any bytes as a table's content.
    public init(content: [UInt8]) { bytes = UInt32(content.count).bytesOnTheWire + content }

    public init(_ fields: [(name: [UInt8], value: RawField)]) {
        self.init(content: fields.flatMap { [UInt8(clamping: $0.name.count)] + $0.name + $0.value.bytes })
    }

    public init(dictionaryLiteral fields: (String, RawField)...) {
        self.init(fields.map { (Array($0.0.utf8), $0.1) })
    }

    public enum Nesting: CaseIterable, Sendable { case tables, lists, both }

    /// A table of one field whose value is nested so deep. It may be far too deep for anything recursive.
    public static func nested(_ levels: Int, _ nesting: Nesting, name: [UInt8] = [0x61]) -> RawTable {
        // Built from the inside out, which is from the end, so each level's length is known.
        var reversed: [UInt8] = []
        func close(letter: Character) {
            reversed += UInt32(reversed.count).bytesOnTheWire.reversed()
            reversed.append(letter.asciiValue ?? 0)
        }
        func nameField() { reversed += name.reversed() + [UInt8(name.count)] }
        var isInTable = false
        for level in 0..<levels {
            isInTable = nesting == .tables || nesting == .both && level % 2 == 0
            if isInTable, level > 0 { nameField() }
            close(letter: isInTable ? "F" : "A")
        }
        if levels == 0 { reversed.append(0x56) }
        nameField()
        return RawTable(content: reversed.reversed())
    }
}

extension FixedWidthInteger {
    /// Big-endian.
    var bytesOnTheWire: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
