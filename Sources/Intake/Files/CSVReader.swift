import LeadModel

/// Reads the rows of a CSV file (RFC 4180) in bounded memory.
///
/// Line ends are LF, CRLF or CR. A field that begins with a quote may hold delimiters, line ends and doubled quotes;
/// only a delimiter or a line end may follow its closing quote. Elsewhere a quote is a character like any other
/// (`5" pipe`). Lines without any character are skipped. What the rows mean is `CSVTable`'s.
///
/// It is our own because an error must name its line, and an open quote must be an error. SwiftCSV gives no line numbers,
/// pads short rows, and drops an empty last field without a line end.
struct CSVReader {
    /// In bytes. A longer value most likely means that a quote was left open.
    static let longestField = 1 << 20

    private var bytes: ByteSource
    private let delimiter: UInt8
    private var lineNumber = 1
    private var field: [UInt8] = []
    /// Of the widest row.
    private var width = 0
    /// Whether a quote inside a quoted value was found to be escaped by a backslash.
    private var escapesByBackslash = false

    /// A row of the file.
    struct Row {
        var line: Int
        var fields: [String]
        /// Whether an empty line comes before it.
        var followsGap = false

        var filled: Int { fields.count { !$0.trimmed.isEmpty } }
    }

    private enum End { case delimiter, line, file }

    init(file: String, reading: FileReading) throws(IntakeError) {
        bytes = try ByteSource(file: file, encoding: reading.encoding)
        let separator = CSVDelimiter.line(bytes.buffered)
        delimiter = reading.delimiter ?? separator ?? CSVDelimiter.found(in: bytes.buffered)
        if separator != nil { _ = try readRow() }
    }

    /// The next row that is not an empty line; nil at the end.
    ///
    /// - Throws: `IntakeError`. Reading can go on after it, unless it `endsReading`.
    mutating func next() throws(IntakeError) -> Row? { try readRow() }

    private mutating func readRow() throws(IntakeError) -> Row? {
        let first = lineNumber
        try skipEmptyLines()
        guard try bytes.peek() != nil else { return nil }
        var row = Row(line: lineNumber, fields: [], followsGap: lineNumber > first)
        row.fields.reserveCapacity(width)
        var end = End.delimiter
        var fault: IntakeError?
        while end == .delimiter {
            let line = lineNumber
            end = try readField()
            let text = String(validating: field, as: UTF8.self)
            if text == nil { fault = fault ?? notText(line: line, place: row.fields.count) }
            row.fields.append(text ?? "")
        }
        if let fault { throw fault }
        width = max(width, row.fields.count)
        return row
    }

    private func notText(line: Int, place: Int) -> IntakeError {
        let isUTF8 = bytes.encoding == .utf8
        let advice =
            isUTF8
            ? "It looks like \(TextEncoding.guess(field)): name that encoding, or save the file as UTF-8."
            : "Name another encoding."
        var error = IntakeError(
            .data, file: bytes.file, line: line, "this is not \(bytes.encoding.name)", options: [.encoding],
            advice: advice)
        error.place = place
        if isUTF8 { error.likelyEncoding = TextEncoding.guess(field) }
        return error
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
            if byte == .backslash, try bytes.peek() == .quote, try readEscapedQuote() {
                try append(.quote, start: start)
                continue
            }
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
                var error = IntakeError(
                    .data, file: bytes.file, line: lineNumber, "there is text after a closing quote",
                    advice: "Double the quotes inside a value.")
                error.endsReading = true
                throw error
            }
        }
        throw openQuote(start)
    }

    /// After a backslash in a quoted value, before a quote. Some databases write quotes that way: a text that goes on behind
    /// the quote shows it. A file that never does so may have a backslash at a value's end.
    ///
    /// - Returns: whether the quote belongs to the value; then it is consumed.
    private mutating func readEscapedQuote() throws(IntakeError) -> Bool {
        let next = bytes.buffered.dropFirst().first
        let endsValue =
            next == nil || next == delimiter || next == .lineFeed || next == .carriageReturn || next == .quote
        guard escapesByBackslash || !endsValue else { return false }
        escapesByBackslash = true
        _ = try bytes.next()
        return true
    }

    private mutating func append(_ byte: UInt8, start: Int) throws(IntakeError) {
        guard field.count < Self.longestField else { throw openQuote(start) }
        field.append(byte)
    }

    private func openQuote(_ line: Int) -> IntakeError {
        var error = IntakeError(
            .data, file: bytes.file, line: line, "a value that begins here does not end",
            advice: "Look for a quote that is not closed, or not doubled.")
        error.endsReading = true
        return error
    }

    /// After a line end's first byte.
    private mutating func finishLine(_ byte: UInt8) throws(IntakeError) {
        if byte == .carriageReturn, try bytes.peek() == .lineFeed { _ = try bytes.next() }
        lineNumber += 1
    }
}

extension UInt8 {
    static let quote = UInt8(ascii: "\"")
    static let comma = UInt8(ascii: ",")
    static let backslash = UInt8(ascii: "\\")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}
