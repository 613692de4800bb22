import LeadModel
import Ledger
import Report
import Views

/// A page of open records as a table.
struct ListingText {
    private let page: ListingPage
    private let now: Moment

    init(_ view: ListingView) { (page, now) = (view.page, view.now) }

    /// A line has at most `width` characters, unless its id alone is longer.
    func render(width: Int) -> String {
        var table = Table(header: ["#", "score", "grade", "", "id", "name", "owner", "age", "top reason"])
        table.rightAligned = [0, 1, 7]
        table.rows = page.rows.enumerated().map { index, row in
            let scoring = row.scoring
            return [
                "\(page.before + index + 1)", scoring.map { "\($0.score)" } ?? "–", scoring?.grade.rawValue ?? "–",
                scoring?.trend.arrow ?? "", row.id.text, row.name ?? "–", row.owner ?? "–",
                row.createdAt.map { now.age(since: $0) } ?? "–", scoring?.reason.map(Self.reason) ?? "",
            ]
        }
        table.fit(width, shortening: [5: 1.2, 6: 1, 8: 2.5])
        return table.render()
    }

    /// The sign of the reason's share, and its phrase.
    private static func reason(_ reason: ListedRecord.Reason) -> String {
        (reason.contribution < 0 ? "− " : "+ ") + reason.phrase
    }
}

extension Table {
    /// Cuts texts of some columns until a line has at most `width` characters, or none of these columns is wider than eight.
    /// The column that is widest for its weight is cut first.
    mutating func fit(_ width: Int, shortening weights: [Int: Double]) {
        let all = [header] + rows
        var widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        let gaps = 2 * (header.count - 1)
        while widths.reduce(gaps, +) > width,
            let next = weights.filter({ widths[$0.key] > 8 }).max(by: {
                (Double(widths[$0.key]) / $0.value, $0.key) < (Double(widths[$1.key]) / $1.value, $1.key)
            })
        {
            widths[next.key] -= 1
        }
        for column in weights.keys {
            header[column] = header[column].shortened(widths[column])
            for row in rows.indices { rows[row][column] = rows[row][column].shortened(widths[column]) }
        }
    }
}

extension Trend {
    /// Empty for a first score.
    var arrow: String {
        switch self {
        case .improving: "↑"
        case .declining: "↓"
        case .steady: "→"
        case .unknown: ""
        }
    }
}

extension Moment {
    /// "5 min", "3 h", "12 days", "4 months", "2 years": in the largest unit that gives at least two, rounded down.
    func age(since earlier: Moment) -> String {
        let seconds = Int(max(0, self.seconds(since: earlier)))
        let day = 86_400
        switch seconds {
        case ..<60: return "now"
        case ..<(2 * 3600): return "\(seconds / 60) min"
        case ..<(2 * day): return "\(seconds / 3600) h"
        case ..<(60 * day): return "\(seconds / day) days"
        // Mean months and years.
        case ..<(730 * day): return "\(seconds * 12 / (365 * day)) months"
        default: return "\(seconds / (365 * day)) years"
        }
    }
}
