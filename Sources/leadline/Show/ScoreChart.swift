import LeadModel

/// Scores over time as a line of dots, for a terminal: each score is drawn up to the next one. A character is two dots wide
/// and four high, as in Braille (U+2800 and a bit for each dot).
struct ScoreChart {
    private static let rows = 8
    /// Characters to the left of the line.
    private static let margin = 5
    /// By a dot's column and row within a character.
    private static let bits: [[UInt32]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

    private let points: [(at: Moment, score: Int)]

    /// - Parameter points: at least one, oldest first.
    init(_ points: [(at: Moment, score: Int)]) { self.points = points }

    func render(width: Int) -> String {
        let columns = max(10, width - Self.margin)
        var cells = [[UInt32]](repeating: [UInt32](repeating: 0, count: columns), count: Self.rows)
        var last: Int?
        for (x, y) in heights(columns * 2).enumerated() {
            // A step is drawn as a vertical line, so that there is no gap.
            for dot in min(y, last ?? y)...max(y, last ?? y) {
                cells[Self.rows - 1 - dot / 4][x / 2] |= Self.bits[x % 2][3 - dot % 4]
            }
            last = y
        }
        var lines = cells.enumerated().map { row, cells in
            let label = row == 0 ? " 100 " : row == Self.rows - 1 ? "   1 " : String(repeating: " ", count: Self.margin)
            return label + String(String.UnicodeScalarView(cells.compactMap { Unicode.Scalar(0x2800 + $0) }))
        }
        let (first, end) = (points[0].at.dayText, points[points.count - 1].at.dayText)
        let gap = max(1, columns - first.count - end.count)
        lines.append(String(repeating: " ", count: Self.margin) + first + String(repeating: " ", count: gap) + end)
        return lines.joined(separator: "\n")
    }

    /// The score at the end of each of `count` equal spans of time, in dots from the bottom.
    private func heights(_ count: Int) -> [Int] {
        let (start, end) = (points[0].at, points[points.count - 1].at)
        let whole = max(1e-6, end.seconds(since: start))
        var next = 0
        return (0..<count).map { x in
            let reached = whole * Double(x) / Double(max(1, count - 1))
            while next + 1 < points.count, points[next + 1].at.seconds(since: start) <= reached { next += 1 }
            return (points[next].score - 1) * (Self.rows * 4 - 1) / 99
        }
    }
}
