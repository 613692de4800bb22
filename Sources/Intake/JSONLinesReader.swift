import Contract
import LeadModel

/// Reads a file of one JSON object a line, in bounded memory. Keys are columns; the keys of an
/// object named `attributes` are columns too. Blank lines are skipped.
struct JSONLinesReader {
    /// In bytes. The contract limits an event's body to 1 MiB.
    static let longestLine = 4 << 20

    private var bytes: ByteSource
    private var lineNumber = 0
    private var text: [UInt8] = []
    private let parser = JSONParser(mostBytes: longestLine, mostDepth: 32)

    /// The cells are sorted by name, since the members of a JSON object have no order. A nil value means null.
    struct Row {
        var line: Int
        var cells: [(name: Exact, value: Value?)]
    }

    init(file: String) throws(IntakeError) { bytes = try ByteSource(file: file) }

    /// The next object; nil at the end.
    mutating func next() throws(IntakeError) -> Row? {
        while try readLine() {
            guard text.contains(where: { !(9...13).contains($0) && $0 != 32 }) else { continue }
            return try decodeRow()
        }
        return nil
    }

    private mutating func readLine() throws(IntakeError) -> Bool {
        text.removeAll(keepingCapacity: true)
        guard try bytes.peek() != nil else { return false }
        lineNumber += 1
        while let byte = try bytes.next(), byte != .lineFeed {
            guard text.count < Self.longestLine else {
                throw error("it is longer than 4 MiB", advice: "Write one object a line.")
            }
            text.append(byte)
        }
        return true
    }

    private func decodeRow() throws(IntakeError) -> Row {
        try text.withUnsafeBufferPointer { (bytes) throws(IntakeError) in
            let object = try parse(bytes)
            var row = Row(line: lineNumber, cells: [])
            for (key, node) in object.members {
                if key == "attributes", node.kind == .object {
                    for (key, node) in node.members { row.cells.append(try cell(key, node)) }
                } else {
                    row.cells.append(try cell(key, node))
                }
            }
            row.cells.sort { $0.name < $1.name }
            for (one, other) in zip(row.cells, row.cells.dropFirst()) where one.name == other.name {
                throw error(
                    column: one.name.text, "it is in the object and in its `attributes`", advice: "Keep one of them.")
            }
            return row
        }
    }

    private func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(IntakeError) -> JSONNode {
        let object: JSONNode
        do throws(JSONParser.Fault) {
            object = try parser.parse(bytes)
        } catch {
            throw switch error {
            case .utf8: self.error("this is not UTF-8", advice: "Save the file as UTF-8.")
            case .number:
                self.error(
                    "a number is not written as in JSON, or is out of range",
                    advice: "Whole numbers must fit into 64 bits and others into a double; write any other as a text.")
            case .grammar, .depth, .size: notAnObject
            }
        }
        guard object.kind == .object else { throw notAnObject }
        if let key = parser.duplicateKey(in: object) {
            throw error(column: key.text.forPath, "the key is twice in its object", advice: "Keep one of them.")
        }
        return object
    }

    private var notAnObject: IntakeError {
        error("this is not one JSON object", advice: "Write one object a line, nothing between them.")
    }

    /// The value of a key; nil for null.
    private func cell(_ key: JSONText, _ node: JSONNode) throws(IntakeError) -> (name: Exact, value: Value?) {
        let name = Exact(key.string)
        switch node.kind {
        case .null: return (name, nil)
        case .text: return (name, .text(node.text.string))
        case .number: return (name, .number(node.number))
        case .flag: return (name, .flag(node.flag))
        case .array where node.elements.allSatisfy({ $0.kind == .text }):
            return (name, .list(node.elements.map(\.text.string)))
        case .array, .object:
            throw error(
                column: name.text, "this is neither text, number, true, false, null nor a list of texts",
                advice: "Only `attributes` may hold an object.")
        }
    }

    private func error(column: String? = nil, _ what: String, advice: String) -> IntakeError {
        IntakeError(.data, file: bytes.file, line: lineNumber, column: column, what, advice: advice)
    }
}
