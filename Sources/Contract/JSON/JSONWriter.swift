import LeadModel

/// Writes JSON straight into bytes. It keeps no account of structure: commas and brackets are the caller's, who appends
/// them as literals.
public struct JSONWriter {
    /// What is written so far. JSON that was written before can be appended.
    public var bytes: [UInt8]

    /// - Parameter bytes: JSON to go on from.
    public init(bytes: [UInt8] = []) { self.bytes = bytes }

    /// JSON as it stands in the source.
    @inline(__always)
    public mutating func literal(_ json: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
    }

    /// A string, quotes included. Quotes, backslashes and control characters are escaped, all else stands as it is.
    public mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        escaped(text)
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string, or null for nothing.
    public mutating func string(_ text: String?) {
        if let text { string(text) } else { literal("null") }
    }

    /// A string's inside, for strings made of several parts.
    public mutating func escaped(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for index in utf8.indices where Self.needsEscape(utf8[index]) {
                bytes.append(contentsOf: utf8[start..<index])
                escape(utf8[index])
                start = index + 1
            }
            bytes.append(contentsOf: utf8[start...])
        }
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): literal("\\\"")
        case UInt8(ascii: "\\"): literal("\\\\")
        case 0x0A: literal("\\n")
        case 0x0D: literal("\\r")
        case 0x09: literal("\\t")
        default:
            literal("\\u00")
            bytes.append(byte >> 4 + UInt8(ascii: "0"))
            let low = byte & 0x0F
            bytes.append(low < 10 ? low + UInt8(ascii: "0") : low - 10 + UInt8(ascii: "a"))
        }
    }

    /// The shortest decimal that reads back as the same number; null for what JSON has no number for.
    public mutating func number(_ number: Double) {
        guard number.isFinite else { return literal("null") }
        if let whole = Int64(exactly: number), whole.magnitude < 1 << 53, !(whole == 0 && number.sign == .minus) {
            return integer(whole)
        }
        var text = number.description
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// All its digits, whatever its size.
    public mutating func integer(_ number: some FixedWidthInteger) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(UInt64(number.magnitude), atLeast: 1)
    }

    /// All its digits, or null for nothing.
    public mutating func integer(_ number: (some FixedWidthInteger)?) {
        if let number { integer(number) } else { literal("null") }
    }

    /// true or false.
    public mutating func flag(_ flag: Bool) { if flag { literal("true") } else { literal("false") } }

    /// A string like `Moment.text`: RFC 3339 in UTC with milliseconds, or microseconds where there are any.
    public mutating func moment(_ moment: Moment) {
        let date = moment.date
        let day: Int64 = 86_400_000_000
        let ofDay = (moment.microseconds % day + day) % day
        let second = UInt64(ofDay / 1_000_000)
        bytes.append(UInt8(ascii: "\""))
        digits(UInt64(date.year), atLeast: 4)
        literal("-")
        digits(UInt64(date.month), atLeast: 2)
        literal("-")
        digits(UInt64(date.day), atLeast: 2)
        literal("T")
        digits(second / 3600, atLeast: 2)
        literal(":")
        digits(second / 60 % 60, atLeast: 2)
        literal(":")
        digits(second % 60, atLeast: 2)
        literal(".")
        let fraction = UInt64(ofDay % 1_000_000)
        if fraction % 1000 == 0 { digits(fraction / 1000, atLeast: 3) } else { digits(fraction, atLeast: 6) }
        literal("Z\"")
    }

    /// A string like `Moment.text`, or null for nothing.
    public mutating func moment(_ moment: Moment?) {
        if let moment { self.moment(moment) } else { literal("null") }
    }

    private mutating func digits(_ number: UInt64, atLeast width: Int) {
        if number < 10, width <= 1 { return bytes.append(UInt8(number) + UInt8(ascii: "0")) }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
            var (rest, at) = (number, 20)
            while rest > 0 || 20 - at < width {
                at -= 1
                buffer[at] = UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0")
                rest /= 10
            }
            bytes.append(contentsOf: buffer[at...])
        }
    }
}
