import Contract
import LeadModel

/// Reads a file of JSON objects in bounded memory: one a line, one after another over several lines, or in an array, which
/// may be a member of an object as in the answers of CRMs' interfaces (`{"records": [...]}`).
///
/// Keys are columns. The keys of an object named `attributes` or `properties` are columns too; those of any other object
/// are, behind its own key and a dot. Blank lines are skipped.
struct JSONObjectsReader {
    /// In bytes. The contract limits an event's body to 1 MiB.
    static let longestObject = 4 << 20

    private enum Form { case lines, sequence, array }

    private var bytes: ByteSource
    private var form = Form.lines
    private var lineNumber = 1
    private var text: [UInt8] = []
    private var isAtEnd = false
    /// Columns with values that no attribute can hold, and how many there are.
    private var unreadable: [Exact: Int] = [:]
    private let parser = JSONParser(mostBytes: longestObject, mostDepth: 32)

    /// The cells are sorted by name, since the members of a JSON object have no order. A nil value means null.
    struct Row {
        var line: Int
        var cells: [(name: Exact, value: Value?)]
    }

    init(file: String, reading: FileReading = FileReading()) throws(IntakeError) {
        bytes = try ByteSource(file: file, encoding: reading.encoding)
        try findForm()
    }

    /// What was read otherwise than it is written.
    var notes: [String] {
        guard !unreadable.isEmpty else { return [] }
        let columns = unreadable.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value.grouped))" }
        let more = columns.count > 10 ? " and \((columns.count - 10).grouped) more" : ""
        return ["lists and objects inside objects are not read: \(columns.prefix(10).joined(separator: ", "))\(more)"]
    }

    /// The next object; nil at the end.
    mutating func next() throws(IntakeError) -> Row? {
        while !isAtEnd {
            let line: Int
            switch form {
            case .lines:
                line = lineNumber
                guard try readLine() else { return nil }
                guard text.contains(where: { !Self.isBlank($0) }) else { continue }
            case .sequence, .array:
                guard try skipToObject() else { return nil }
                line = lineNumber
                try readObject()
            }
            return try decodeRow(line)
        }
        return nil
    }

    private mutating func decodeRow(_ line: Int) throws(IntakeError) -> Row {
        let (row, skipped) = try text.withUnsafeBufferPointer { (bytes) throws(IntakeError) in
            try cells(of: parse(bytes, line), line)
        }
        for name in skipped { unreadable[name, default: 0] += 1 }
        return row
    }

    private func cells(of object: JSONNode, _ line: Int) throws(IntakeError) -> (Row, skipped: [Exact]) {
        var (row, skipped) = (Row(line: line, cells: []), [Exact]())
        func add(_ name: String, _ node: JSONNode) {
            let value = value(node)
            let column = Exact(ColumnName.normal(name))
            if value == nil, node.kind == .array || node.kind == .object { skipped.append(column) }
            let isTaken = name.utf8.contains { $0 >= 0x80 } && row.cells.contains { $0.name == column }
            row.cells.append((isTaken ? Exact(name) : column, value))
        }
        for (key, node) in object.members {
            guard node.kind == .object else {
                add(key.string, node)
                continue
            }
            let isSpread = key == "attributes" || key == "properties"
            for (inner, node) in node.members { add(isSpread ? inner.string : "\(key.string).\(inner.string)", node) }
        }
        row.cells.sort { $0.name < $1.name }
        for (one, other) in zip(row.cells, row.cells.dropFirst()) where one.name == other.name {
            throw error(
                line, column: one.name.text, "it is in the object and in one of its objects",
                advice: "Keep one of them.")
        }
        return (row, skipped)
    }

    private func parse(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Int) throws(IntakeError) -> JSONNode {
        let object: JSONNode
        do throws(JSONParser.Fault) {
            object = try parser.parse(bytes)
        } catch {
            throw switch error {
            case .utf8: self.error(line, "this is not UTF-8", options: [.encoding], advice: "Save the file as UTF-8.")
            case .number:
                self.error(
                    line, "a number is not written as in JSON, or is out of range",
                    advice: "Whole numbers must fit into 64 bits and others into a double; write any other as a text.")
            case .grammar, .depth, .size: notAnObject(line)
            }
        }
        guard object.kind == .object else { throw notAnObject(line) }
        if let key = parser.duplicateKey(in: object) {
            throw error(line, column: key.text.forPath, "the key is twice in its object", advice: "Keep one of them.")
        }
        return object
    }

    /// The value of a key; nil for null, and for what no attribute can hold.
    private func value(_ node: JSONNode) -> Value? {
        switch node.kind {
        case .null, .object: return nil
        case .text: return .text(node.text.string)
        case .number: return .number(node.number)
        case .flag: return .flag(node.flag)
        case .array:
            let texts = node.elements.compactMap { element in
                switch element.kind {
                case .text: element.text.string
                case .number: JSONNumber.shortest(element.number)
                case .flag: element.flag ? "true" : "false"
                case .null, .array, .object: String?.none
                }
            }
            return texts.count == node.elements.count { _ in true } ? .list(texts) : nil
        }
    }

    private func notAnObject(_ line: Int) -> IntakeError {
        error(line, "this is not one JSON object", advice: "Write one object a line, or all of them in one array.")
    }

    private func error(
        _ line: Int, column: String? = nil, _ what: String, options: [FileOption] = [], advice: String
    ) -> IntakeError {
        IntakeError(.data, file: bytes.file, line: line, column: column, what, options: options, advice: advice)
    }

    private func ending(_ error: IntakeError) -> IntakeError {
        var error = error
        error.endsReading = true
        return error
    }
}

/// Where objects begin and end.
extension JSONObjectsReader {
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    /// An array if the file begins with one, or with an object that has one of objects; a sequence if the first line is the
    /// beginning of an object; else lines.
    private mutating func findForm() throws(IntakeError) {
        _ = try bytes.peek()
        let head = bytes.buffered.drop(while: Self.isBlank)
        if head.first == UInt8(ascii: "[") {
            form = .array
            while let byte = try bytes.next(), byte != UInt8(ascii: "[") { if byte == .lineFeed { lineNumber += 1 } }
        } else if let length = Self.envelope(head) {
            form = .array
            for _ in 0..<(bytes.buffered.count - head.count + length) where try bytes.next() == .lineFeed {
                lineNumber += 1
            }
        } else if head.first == UInt8(ascii: "{") {
            var (depth, quoted, escaped) = (0, false, false)
            for byte in head {
                if byte == .lineFeed || byte == .carriageReturn { break }
                Self.follow(byte, &depth, &quoted, &escaped)
            }
            let firstLine = head.prefix { $0 != .lineFeed && $0 != .carriageReturn }
            if depth > 0, firstLine.count < head.count { form = .sequence }
        }
    }

    /// The length of what comes before the first object of a list in an object: `{"size": 2, "records": [`.
    private static func envelope(_ head: ArraySlice<UInt8>) -> Int? {
        let lists = ["records", "value", "results", "data", "items", "list", "leads", "deals", "opportunities"]
        guard head.first == UInt8(ascii: "{"), let list = head.firstIndex(of: UInt8(ascii: "[")) else { return nil }
        let before = head[..<list]
        guard before.dropFirst().allSatisfy({ $0 != UInt8(ascii: "{") }),
            head[(list + 1)...].first(where: { !isBlank($0) }) == UInt8(ascii: "{")
        else { return nil }
        let key = before.reversed().filter { !isBlank($0) && $0 != UInt8(ascii: ":") && $0 != .quote }
        let isKnown = lists.contains { name in
            key.starts(with: name.utf8.reversed()) && before.last { !isBlank($0) } == UInt8(ascii: ":")
        }
        return isKnown ? list - head.startIndex + 1 : nil
    }

    @inline(__always)
    private static func follow(_ byte: UInt8, _ depth: inout Int, _ quoted: inout Bool, _ escaped: inout Bool) {
        if escaped {
            escaped = false
        } else if quoted {
            if byte == .backslash { escaped = true } else if byte == .quote { quoted = false }
        } else if byte == .quote {
            quoted = true
        } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
            depth += 1
        } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
            depth -= 1
        }
    }

    private mutating func readLine() throws(IntakeError) -> Bool {
        text.removeAll(keepingCapacity: true)
        guard try bytes.peek() != nil else { return false }
        while let byte = try bytes.next(), byte != .lineFeed {
            guard text.count < Self.longestObject else {
                throw ending(error(lineNumber, "it is longer than 4 MiB", advice: "Write one object a line."))
            }
            text.append(byte)
        }
        lineNumber += 1
        return true
    }

    /// - Returns: false at the end of the file or of the array.
    private mutating func skipToObject() throws(IntakeError) -> Bool {
        while let byte = try bytes.peek() {
            if byte == UInt8(ascii: "{") { return true }
            _ = try bytes.next()
            if byte == .lineFeed { lineNumber += 1 }
            if Self.isBlank(byte) || byte == .comma { continue }
            isAtEnd = true
            if form == .array, byte == UInt8(ascii: "]") { return false }
            throw ending(notAnObject(lineNumber))
        }
        isAtEnd = true
        guard form == .sequence else {
            throw ending(error(lineNumber, "the array does not end", advice: "The file seems to be cut off."))
        }
        return false
    }

    private mutating func readObject() throws(IntakeError) {
        text.removeAll(keepingCapacity: true)
        var (depth, quoted, escaped, first) = (0, false, false, lineNumber)
        while let byte = try bytes.next() {
            guard text.count < Self.longestObject else {
                throw ending(error(first, "an object is longer than 4 MiB", advice: "Write smaller objects."))
            }
            text.append(byte)
            Self.follow(byte, &depth, &quoted, &escaped)
            if byte == .lineFeed { lineNumber += 1 }
            if depth == 0 { return }
        }
        isAtEnd = true
        first = lineNumber
        throw ending(error(first, "an object does not end", advice: "The file seems to be cut off."))
    }
}
