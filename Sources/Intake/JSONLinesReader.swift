import Foundation
import LeadModel

/// Reads a file of one JSON object a line, in bounded memory. Keys are columns; the keys of an
/// object named `attributes` are columns too. Blank lines are skipped.
struct JSONLinesReader {
    /// In bytes. The contract limits an event's body to 1 MiB.
    static let longestLine = 4 << 20

    private var bytes: ByteSource
    private var lineNumber = 0
    private var text: [UInt8] = []
    private let decoder = JSONDecoder()

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
        guard String(validating: text, as: UTF8.self) != nil else {
            throw error("this is not UTF-8", advice: "Save the file as UTF-8.")
        }
        let members: [String: Cell]
        do {
            members = try decoder.decode([String: Cell].self, from: Data(text))
        } catch {
            throw self.error("this is not one JSON object", advice: "Write one object a line, nothing between them.")
        }
        var row = Row(line: lineNumber, cells: [])
        row.cells.reserveCapacity(members.count)
        for (key, cell) in members {
            if key == "attributes", case .object(let inner) = cell {
                for (key, cell) in inner { row.cells.append((Exact(key), try value(of: cell, key: key))) }
            } else {
                row.cells.append((Exact(key), try value(of: cell, key: key)))
            }
        }
        row.cells.sort { $0.name < $1.name }
        for (one, other) in zip(row.cells, row.cells.dropFirst()) where one.name == other.name {
            throw error(
                column: one.name.text, "it is in the object and in its `attributes`", advice: "Keep one of them.")
        }
        return row
    }

    private func value(of cell: Cell, key: String) throws(IntakeError) -> Value? {
        switch cell {
        case .null: return nil
        case .value(let value): return value
        case .object, .other:
            throw error(
                column: key, "this is neither text, number, true, false, null nor a list of texts",
                advice: "Only `attributes` may hold an object.")
        }
    }

    private func error(column: String? = nil, _ what: String, advice: String) -> IntakeError {
        IntakeError(.data, file: bytes.file, line: lineNumber, column: column, what, advice: advice)
    }
}

/// The value of a key. Texts and numbers are tried first: most values are.
private enum Cell: Decodable {
    case null
    case value(Value)
    case object([String: Cell])
    case other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .value(.text(text))
        } else if let number = try? container.decode(Double.self) {
            self = .value(.number(number == 0 ? 0 : number))
        } else if let flag = try? container.decode(Bool.self) {
            self = .value(.flag(flag))
        } else if let list = try? container.decode([String].self) {
            self = .value(.list(list))
        } else if let object = try? container.decode([String: Cell].self) {
            self = .object(object)
        } else {
            self = .other
        }
    }
}
