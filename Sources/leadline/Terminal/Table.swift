/// A table of texts in columns, for a terminal.
struct Table {
    var header: [String]
    var rows: [[String]] = []
    /// Columns whose texts stand to the right, as numbers do.
    var rightAligned: Set<Int> = []

    func render() -> String {
        let all = ([header] + rows).map { $0.map(\.printable) }
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return rightAligned.contains(column) ? padding + text : text + padding
            }
            .joined(separator: "  ").trimmedEnd
        }
        .joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var copy = self
        while copy.last == " " { copy.removeLast() }
        return copy
    }
}

/// A number with so many decimals, for a person.
func decimals(_ number: Double, _ count: Int) -> String {
    var scale = 1.0
    for _ in 0..<count { scale *= 10 }
    let rounded = (abs(number) * scale).rounded()
    guard count > 0, rounded < 1e15 else { return "\(Int(number.rounded()))" }
    let digits = String(Int(rounded))
    let padded = String(repeating: "0", count: max(0, count + 1 - digits.count)) + digits
    return (number < 0 && rounded > 0 ? "-" : "") + padded.dropLast(count) + "." + padded.suffix(count)
}
