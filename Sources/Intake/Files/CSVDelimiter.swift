/// What separates the fields of a CSV file: comma, semicolon, tab or vertical bar.
public enum CSVDelimiter {
    private static let known: [UInt8] = [.comma, UInt8(ascii: ";"), UInt8(ascii: "\t"), UInt8(ascii: "|")]

    /// From a flag: one plain character, or "tab".
    public static func named(_ name: String) -> UInt8? {
        if name.lowercased() == "tab" || name == "\\t" { return UInt8(ascii: "\t") }
        guard name.utf8.count == 1, let byte = name.utf8.first, byte == 9 || (32..<127).contains(byte),
            byte != .quote, !(48...57).contains(byte)
        else { return nil }
        return byte
    }

    /// The delimiter that a first line `sep=;` names, as Excel reads it.
    static func line(_ head: ArraySlice<UInt8>) -> UInt8? {
        let line = head.prefix { $0 != .lineFeed && $0 != .carriageReturn }.filter { $0 != .quote }
        guard line.count == 5, String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep=" else {
            return nil
        }
        return line[4]
    }

    /// The one that occurs most in the first line, outside quotes, if some of the next lines have as many of it. Else the
    /// first line is perhaps a title: if the next lines all have as many of another, it is that one.
    static func found(in head: ArraySlice<UInt8>) -> UInt8 {
        let lines = counts(of: head, lines: 12)
        guard let first = lines.first else { return .comma }
        func most(_ counts: [Int]) -> Int { counts.indices.reduce(0) { counts[$1] > counts[$0] ? $1 : $0 } }
        let (next, own) = (lines.dropFirst().prefix(6), most(first))
        if first[own] > 0, next.contains(where: { $0[own] == first[own] }) { return known[own] }
        let steady = known.indices.first { place in
            first[place] == 0 && next.count >= 2 && next.allSatisfy { $0[place] == next.first?[place] && $0[place] > 0 }
        }
        if let steady { return known[steady] }
        if first[own] > 0 { return known[own] }
        return known[most(lines.first { $0.contains { $0 > 0 } } ?? first)]
    }

    /// By line that is not empty, how often each delimiter occurs outside quotes.
    private static func counts(of head: ArraySlice<UInt8>, lines most: Int) -> [[Int]] {
        var (lines, counts) = ([[Int]](), [Int](repeating: 0, count: known.count))
        var (quoted, isBlank) = (false, true)
        for byte in head {
            if byte == .quote { quoted.toggle() }
            if !quoted, byte == .lineFeed || byte == .carriageReturn {
                if !isBlank { lines.append(counts) }
                (counts, isBlank) = ([Int](repeating: 0, count: known.count), true)
                if lines.count == most { return lines }
                continue
            }
            isBlank = false
            if !quoted, let place = known.firstIndex(of: byte) { counts[place] += 1 }
        }
        return isBlank ? lines : lines + [counts]
    }
}
