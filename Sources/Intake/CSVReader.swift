import LeadModel

/// Reads the rows of a CSV file (RFC 4180) in bounded memory.
///
/// Line ends are LF, CRLF or CR. A field that begins with a quote may hold delimiters, line ends and doubled quotes;
/// only a delimiter or a line end may follow its closing quote. Elsewhere a quote is a character like any other
/// (`5" pipe`). Lines without any character are skipped.
///
/// It is our own because an error must name its line, and a row with another number of fields or an open quote must be
/// an error. SwiftCSV gives no line numbers, pads short rows, and drops an empty last field without a line end.
struct CSVReader {
    /// In bytes. A longer value most likely means that a quote was left open.
    static let longestField = 1 << 20

    private(set) var header: [String] = []
    private var bytes: ByteSource
    private let delimiter: UInt8
    private var lineNumber = 1
    private var field: [UInt8] = []

    /// A data row of the file.
    struct Row {
        var line: Int
        var fields: [String]
    }

    private enum End { case delimiter, line, file }

    /// Reads the header.
    init(file: String) throws(IntakeError) {
        delimiter = try Self.delimiter(file: file)
        bytes = try ByteSource(file: file)
        guard let row = try readRow(expected: nil) else {
            throw IntakeError(.data, file: file, "it is empty", advice: "The first line must name the columns.")
        }
        header = row.fields
        try checkHeader(line: row.line)
    }

    /// The next row that is not empty; nil at the end.
    mutating func next() throws(IntakeError) -> Row? { try readRow(expected: header.count) }

    private mutating func readRow(expected: Int?) throws(IntakeError) -> Row? {
        try skipEmptyLines()
        guard try bytes.peek() != nil else { return nil }
        var row = Row(line: lineNumber, fields: [])
        row.fields.reserveCapacity(expected ?? 32)
        var end = End.delimiter
        while end == .delimiter {
            let line = lineNumber
            end = try readField()
            guard let text = String(validating: field, as: UTF8.self) else {
                let index = row.fields.count
                throw IntakeError(
                    .data, file: bytes.file, line: line, column: index < header.count ? header[index] : nil,
                    "this is not UTF-8", advice: "Save the file as UTF-8.")
            }
            row.fields.append(text)
        }
        if let expected, row.fields.count != expected {
            throw IntakeError(
                .data, file: bytes.file, line: row.line,
                "it has \(row.fields.count) fields, the header has \(expected)",
                advice: "Put values that hold the delimiter or a line end into quotes.")
        }
        return row
    }

    private mutating func skipEmptyLines() throws(IntakeError) {
        while let byte = try bytes.peek(), byte == .lineFeed || byte == .carriageReturn {
            _ = try bytes.next()
            try finishLine(byte)
        }
    }

    /// Leaves the field's bytes in `field`.
    private mutating func readField() throws(IntakeError) -> End {
        field.removeAll(keepingCapacity: true)
        let start = lineNumber
        if try bytes.peek() == .quote {
            _ = try bytes.next()
            return try readQuoted(start: start)
        }
        while let byte = try bytes.next() {
            if byte == delimiter { return .delimiter }
            if byte == .lineFeed || byte == .carriageReturn {
                try finishLine(byte)
                return .line
            }
            try append(byte, start: start)
        }
        return .file
    }

    private mutating func readQuoted(start: Int) throws(IntakeError) -> End {
        while let byte = try bytes.next() {
            if byte != .quote {
                if byte == .lineFeed { lineNumber += 1 }
                try append(byte, start: start)
                if byte == .carriageReturn, try bytes.peek() != .lineFeed { lineNumber += 1 }
                continue
            }
            switch try bytes.next() {
            case .quote: try append(.quote, start: start)
            case delimiter: return .delimiter
            case nil: return .file
            case .some(let byte) where byte == .lineFeed || byte == .carriageReturn:
                try finishLine(byte)
                return .line
            default:
                throw IntakeError(
                    .data, file: bytes.file, line: lineNumber, "there is text after a closing quote",
                    advice: "Double the quotes inside a value.")
            }
        }
        throw openQuote(start)
    }

    private mutating func append(_ byte: UInt8, start: Int) throws(IntakeError) {
        guard field.count < Self.longestField else { throw openQuote(start) }
        field.append(byte)
    }

    private func openQuote(_ line: Int) -> IntakeError {
        IntakeError(
            .data, file: bytes.file, line: line, "a value that begins here does not end",
            advice: "Look for a quote that is not closed, or not doubled.")
    }

    /// After a line end's first byte.
    private mutating func finishLine(_ byte: UInt8) throws(IntakeError) {
        if byte == .carriageReturn, try bytes.peek() == .lineFeed { _ = try bytes.next() }
        lineNumber += 1
    }
}

extension CSVReader {
    private func checkHeader(line: Int) throws(IntakeError) {
        var seen: Set<Exact> = []
        for (index, name) in header.enumerated() {
            if name.trimmed.isEmpty {
                throw IntakeError(
                    .data, file: bytes.file, line: line, "column \(index + 1) of \(header.count) has no name",
                    advice: "Every column needs a name in the first line.")
            }
            if !seen.insert(Exact(name)).inserted {
                throw IntakeError(
                    .data, file: bytes.file, line: line, column: name, "two columns have this name",
                    advice: "Rename one of them.")
            }
        }
    }

    /// Comma, semicolon or tab: the one that occurs most in the first line, outside quotes.
    private static func delimiter(file: String) throws(IntakeError) -> UInt8 {
        var bytes = try ByteSource(file: file)
        var counts: [(byte: UInt8, count: Int)] = [(.comma, 0), (.semicolon, 0), (.tab, 0)]
        var quoted = false
        var isBlank = true
        var length = 0
        while let byte = try bytes.next(), length < longestField {
            length += 1
            if byte == .quote { quoted.toggle() }
            if !quoted, byte == .lineFeed || byte == .carriageReturn {
                if isBlank { continue }
                break
            }
            isBlank = false
            if !quoted, let index = counts.firstIndex(where: { $0.byte == byte }) { counts[index].count += 1 }
        }
        return counts.reduce(counts[0]) { $1.count > $0.count ? $1 : $0 }.byte
    }
}

extension UInt8 {
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let semicolon = UInt8(ascii: ";")
    fileprivate static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}
