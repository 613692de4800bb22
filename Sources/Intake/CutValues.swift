import Contract
import LeadModel

/// The values of a file that are longer than a record can have them, by column.
struct CutValues {
    private var columns: [String: (lines: [Int], count: Int)] = [:]

    mutating func add(_ column: String, line: Int) {
        var found = columns[column] ?? ([], 0)
        found.count += 1
        if found.lines.count < 5 { found.lines.append(line) }
        columns[column] = found
    }

    /// A sentence for each column.
    var notes: [String] {
        columns.sorted { $0.key < $1.key }.map { column, found in
            let lines = found.lines.map(String.init).joined(separator: ", ")
            let more = found.count > found.lines.count ? " and \((found.count - found.lines.count).grouped) more" : ""
            return "\(column): longer than \(Limits.standard.textBytes.grouped) bytes, or a list of more than "
                + "\(Limits.standard.listEntries), in line\(found.count == 1 ? "" : "s") \(lines)\(more): the beginning is "
                + "stored (a strict organization refuses these records)"
        }
    }
}
