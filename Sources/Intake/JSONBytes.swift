import LeadModel

/// Writes JSON straight into a buffer. The commas are its own; keys and braces are the caller's.
struct JSONBytes {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        needsComma = false
    }

    mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        needsComma = true
    }

    mutating func key(_ key: String) {
        text(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func member(_ key: String, _ value: String) {
        self.key(key)
        text(value)
    }

    /// Quote, backslash and control characters are escaped; all else stands as it is.
    mutating func text(_ text: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for (index, byte) in utf8.enumerated() where Self.mustEscape(byte) {
                bytes.append(contentsOf: utf8[start..<index])
                bytes.append(contentsOf: Self.escape(byte))
                start = index + 1
            }
            bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func value(_ value: Value?) {
        switch value {
        case nil: literal("null")
        case .text(let text): self.text(text)
        case .number(let number): literal(JSONNumber.shortest(number))
        case .flag(let flag): literal(flag ? "true" : "false")
        case .list(let entries):
            open("[")
            for entry in entries { text(entry) }
            close("]")
        }
    }

    /// JSON that was written before.
    mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
    }

    private mutating func literal(_ text: String) { raw(Array(text.utf8)) }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
        case 8: Array("\\b".utf8)
        case 9: Array("\\t".utf8)
        case 10: Array("\\n".utf8)
        case 12: Array("\\f".utf8)
        case 13: Array("\\r".utf8)
        default: Array((byte < 16 ? "\\u000" : "\\u00").utf8) + Array(String(byte, radix: 16).utf8)
        }
    }
}
