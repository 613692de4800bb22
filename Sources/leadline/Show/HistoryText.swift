import LeadModel
import Ledger
import Report
import Views

/// A record's history as a chart, a table and a sentence about its end.
struct HistoryText {
    private let view: HistoryView
    private var record: LedgerRecord { view.record }

    init(_ view: HistoryView) { self.view = view }

    func render(chart: Bool, width: Int) -> String {
        var head = "\(view.entity.rawValue) \(record.id.text.printable)"
        if let name = record.name { head += ", \(name.printable)" }
        if let owner = record.owner { head += ", owner \(owner.printable)" }
        var parts = [head]
        if chart, view.points.count > 1 {
            parts.append(
                ScoreChart(view.points.map { (at: $0.scoring.at, score: $0.scoring.score) }).render(width: width))
        }
        if !view.points.isEmpty { parts.append(table.render()) }
        if view.hasEarlier { parts.append("Earlier scorings are not shown: --limit shows more.") }
        parts.append(end)
        if let missing = view.missingMovers {
            parts.append("What moved each score is not shown: \(missing.words).")
        }
        return parts.joined(separator: "\n\n")
    }

    private var table: Table {
        let hasMovers = view.points.contains { $0.mover != nil }
        var table = Table(
            header: ["time (UTC)", "score", "", "grade", "model", "trigger"] + (hasMovers ? ["moved most by"] : []),
            rightAligned: [1, 2])
        table.rows = view.points.map { point in
            let scoring = point.scoring
            return [
                scoring.at.secondText, "\(scoring.score)", change(point), scoring.grade.rawValue, "\(scoring.model)",
                scoring.trigger.rawValue,
            ] + (hasMovers ? [point.mover?.text ?? ""] : [])
        }
        return table
    }

    /// "↑ +7"
    private func change(_ point: HistoryView.Point) -> String {
        guard let previous = point.previousScore else { return "" }
        let difference = point.scoring.score - previous
        return "\(point.trend.arrow) \(difference > 0 ? "+" : difference < 0 ? "−" : "±")\(abs(difference))"
    }

    private var end: String {
        var end: String
        switch record.status {
        case Status.open.rawValue: end = "It is open"
        case "deleted":
            end = "It was deleted"
            if let outcome = record.outcome { end += "; before that it was \(outcome.rawValue)" }
        case "erased": return "It was erased: nothing about it is stored."
        default: end = "It was \(record.status)"
        }
        if let ended = record.endedAt { end += " at \(ended.secondText)" }
        guard let last = view.points.last?.scoring else {
            return end + ". The ledger has no scoring of it."
        }
        guard record.status == Status.open.rawValue else { return end + "; its last score was \(last.score)." }
        guard let grade = record.grade else { return end + ". Its score was withdrawn: its model was deleted." }
        end += "; its score is \(last.score)"
        return end + (grade == last.grade ? "." : ", grade \(grade.rawValue) by the current ranges.")
    }
}

extension ScoreMover {
    /// "-0.700 lastVisit, time"
    fileprivate var text: String { "\(signed(change)) \(attribute ?? "(the intercept)"), \(by.rawValue)" }
}

extension ScoreMovers.Missing {
    fileprivate var words: String {
        switch self {
        case .noScorecards: "Redis has no scorecard of its scores"
        case .redisUnreachable: "Redis, which has the scorecards, can't be reached"
        case .unreadable(let error): "the scorecards can't be read (\(error))"
        }
    }
}

extension Moment {
    /// "2026-11-21 09:30:05", in UTC.
    fileprivate var secondText: String { String(text.prefix(19)).replacing("T", with: " ") }
}
