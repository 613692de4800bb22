import Foundation
import Intake
import LeadModel

@testable import LeadTrainer

/// A small table, and the same as a CSV file of a random encoding and form.
struct RandomTable {
    private(set) var ids: [String] = []
    /// By row, the plain values under the names that the columns have once they are read.
    private(set) var rows: [[(name: Exact, value: Value)]] = [[(name: Exact, value: Value)]](repeating: [], count: 8)
    private(set) var bytes = Data()
    private(set) var reading = FileReading()
    /// What was chosen for the file.
    private(set) var form = ""

    private static let names = ["City", "Größe", "Umsatz (€)", "Deal, Size", "Is \"Hot\"", "A;B", "Etage", "x"]
    private static let ids = ["00Q5e00001", "ä-", "7|", "A, ", "x"]
    private static let words = [
        "Köln", "São Paulo", "Berlin, Mitte", "a \"quoted\" word", "one\ntwo", "x;y|z", "Ærø", "plain",
    ]

    init(_ random: inout SplitMix64) {
        let prefix = Self.ids[random.index(below: Self.ids.count)]
        ids = (1...8).map { "\(prefix)\($0)" }
        var header = ["Record ID"]
        var cells = ids.map { [$0] }
        var names = Self.names
        var dates = ["Close Date", "Due date", "Last Call Date", "Start date"]
        // Only a name can say that 20260305 is a date.
        let areDates = (0..<2 + random.index(below: 3)).map { _ in random.unit() < 0.25 }
        for (number, isDate) in areDates.enumerated() {
            var name = isDate ? dates.removeLast() : names.remove(at: random.index(below: names.count))
            header.append(name)
            // Two columns of one name, and one without a name.
            if number == 1, !header[1].isEmpty, isDate == areDates[0], random.unit() < 0.1 {
                header[header.count - 1] = header[1]
                name = header[1] + " (2)"
            } else if !isDate, random.unit() < 0.05 {
                header[header.count - 1] = ""
                name = "column \(header.count)"
            }
            let values = isDate ? RandomSpelling.dates(&random) : Self.values(&random)
            for row in rows.indices {
                if values.plain[row] != .text("") { rows[row].append((Exact(name), values.plain[row])) }
                cells[row].append(values.spelled[row].fileText)
            }
        }
        write([header] + cells, &random)
    }

    private static func values(_ random: inout SplitMix64) -> RandomSpelling.Values {
        switch random.index(below: 4) {
        case 0:
            let chosen = (0..<8).map { _ in words[random.index(below: words.count)] }
            return (chosen.map { .text($0) }, chosen.map { .text($0) })
        case 1: return RandomSpelling.lists(&random)
        case 2: return RandomSpelling.numbers(&random)
        default: return RandomSpelling.booleans(&random)
        }
    }

    private mutating func write(_ table: [[String]], _ random: inout SplitMix64) {
        let delimiter = [",", ";", "\t", "|"][random.index(below: 4)]
        let end = ["\n", "\r\n"][random.index(below: 2)]
        let isDecomposed = random.unit() < 0.2
        let trailing = random.unit() < 0.1 ? delimiter : ""
        let quotesAll = random.unit() < 0.3
        var lines = table.enumerated().map { number, row in
            row.map { text in
                var text = number == 0 && !text.isEmpty && random.unit() < 0.1 ? " \(text) " : text
                if isDecomposed { text = text.decomposedStringWithCanonicalMapping }
                let needsQuotes = text.contains { "\"\n\r,;|\t".contains($0) }
                return needsQuotes || quotesAll || random.unit() < 0.1
                    ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
            }.joined(separator: delimiter) + trailing
        }
        let namesDelimiter = random.unit() < 0.1
        if namesDelimiter { lines.insert("sep=\(delimiter)", at: 0) }
        let text = lines.joined(separator: end) + (random.unit() < 0.8 ? end : "")
        let encodings: [(String, String.Encoding, [UInt8])] = [
            ("", .utf8, []), ("", .utf8, [0xEF, 0xBB, 0xBF]), ("", .utf16LittleEndian, [0xFF, 0xFE]),
            ("", .utf16BigEndian, [0xFE, 0xFF]), ("", .utf16LittleEndian, []), ("windows-1252", .windowsCP1252, []),
        ]
        var (name, encoding, mark) = encodings[random.index(below: encodings.count)]
        var encoded = text.data(using: encoding)
        if encoded == nil { (name, encoding, encoded, mark) = ("", .utf8, Data(text.utf8), []) }
        bytes = Data(mark) + (encoded ?? Data())
        reading = FileReading(encoding: name.isEmpty ? nil : TextEncoding(name))
        form =
            "delimiter \(delimiter), \(name.isEmpty ? "\(encoding)" : name)\(isDecomposed ? ", decomposed" : "")"
            + "\(namesDelimiter ? ", sep=" : "")\(trailing.isEmpty ? "" : ", trailing delimiters")"
    }
}

extension Value {
    /// As a file has it.
    fileprivate var fileText: String {
        switch self {
        case .text(let text): text
        case .number(let number): JSONNumber.shortest(number)
        case .flag(let flag): flag ? "true" : "false"
        case .list(let entries): entries.joined(separator: ";")
        }
    }
}
