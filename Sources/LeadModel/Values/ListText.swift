/// The entries of a list that is written as a text.
public enum ListText {
    /// Semicolons, and where the list has it, the separator.
    public static func parts(_ text: String, separator: ListSeparator? = nil) -> [String] {
        let other = separator.map { UInt8(ascii: $0 == .comma ? "," : "|") }
        return text.utf8.split { $0 == UInt8(ascii: ";") || $0 == other }.map { String($0) ?? "" }
    }

    /// The entries of a JSON array of texts, numbers and booleans, `["Health", "Retail"]`; nil for anything else. Entries
    /// that are null are left out.
    public static func jsonArray(_ text: String) -> [String]? {
        var rest = Array(text.trimmed.unicodeScalars)[...]
        guard rest.count >= 2, rest.popFirst() == "[", rest.popLast() == "]" else { return nil }
        func skipBlanks() { rest = rest.drop { [" ", "\t", "\n", "\r"].contains($0) } }
        var entries: [String] = []
        skipBlanks()
        while let first = rest.first {
            if first == "\"" {
                rest.removeFirst()
                guard let entry = string(&rest) else { return nil }
                entries.append(entry)
            } else {
                let bare = String(String.UnicodeScalarView(rest.prefix { $0 != "," })).trimmed
                rest = rest.drop { $0 != "," }
                guard ["true", "false", "null"].contains(bare) || JSONNumber.parse(bare) != nil else { return nil }
                if bare != "null" { entries.append(bare) }
            }
            skipBlanks()
            guard let comma = rest.popFirst() else { break }
            guard comma == "," else { return nil }
            skipBlanks()
            guard !rest.isEmpty else { return nil }
        }
        return entries
    }

    /// What stands up to the closing quote, which is taken off as well.
    private static func string(_ rest: inout ArraySlice<Unicode.Scalar>) -> String? {
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == "\"" { return String(text) }
            guard scalar == "\\" else {
                text.append(scalar)
                continue
            }
            guard let escape = rest.popFirst() else { return nil }
            switch escape {
            case "n": text.append("\n")
            case "t": text.append("\t")
            case "r": text.append("\r")
            case "b", "f": text.append(" ")
            case "u":
                guard var code = hex(&rest) else { return nil }
                if (0xD800...0xDBFF).contains(code) {
                    guard rest.popFirst() == "\\", rest.popFirst() == "u", let low = hex(&rest),
                        (0xDC00...0xDFFF).contains(low)
                    else { return nil }
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let scalar = Unicode.Scalar(code) else { return nil }
                text.append(scalar)
            default: text.append(escape)
            }
        }
        return nil
    }

    private static func hex(_ rest: inout ArraySlice<Unicode.Scalar>) -> UInt32? {
        guard rest.count >= 4 else { return nil }
        let digits = String(String.UnicodeScalarView(rest.prefix(4)))
        rest = rest.dropFirst(4)
        return UInt32(digits, radix: 16)
    }
}
