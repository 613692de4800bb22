import LeadModel

/// A table of texts in columns of equal width.
public struct Table {
    public var header: [String]
    public var rows: [[String]]
    /// Right-aligned columns, such as numbers.
    public var rightAligned: Set<Int>

    public init(header: [String], rows: [[String]] = [], rightAligned: Set<Int> = []) {
        (self.header, self.rows, self.rightAligned) = (header, rows, rightAligned)
    }

    /// As lines. Characters that would control a terminal are replaced.
    public func render() -> String {
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
