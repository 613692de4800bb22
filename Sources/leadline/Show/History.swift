import Contract
import LeadModel
import Ledger

/// A record's scorings, each with how it stands to the one before, as `history` shows them.
struct History {
    private let record: LedgerRecord
    private let target: Target
    private let points: [Point]
    private let hasEarlier: Bool
    private let movers: HistoryMovers

    private struct Point {
        var kept: LedgerScoring
        var previousScore: Int?
        var mover: Mover?

        var trend: Trend { Trend(from: previousScore, to: kept.score) }
    }

    init(_ record: LedgerRecord, _ kept: [LedgerScoring], _ movers: HistoryMovers, latest: Int, _ target: Target) {
        (self.record, self.target, self.movers, hasEarlier) = (record, target, movers, kept.count > latest)
        let all = kept.indices.map {
            Point(
                kept: kept[$0], previousScore: $0 == 0 ? nil : kept[$0 - 1].score,
                mover: movers.byRevision[kept[$0].revision])
        }
        points = Array(all.suffix(latest))
    }

    // MARK: For a person

    func text(chart: Bool, width: Int) -> String {
        var head = "\(target.entity.rawValue) \(record.id.text.printable)"
        if let name = record.name { head += ", \(name.printable)" }
        if let owner = record.owner { head += ", owner \(owner.printable)" }
        var parts = [head]
        if chart, points.count > 1 {
            parts.append(ScoreChart(points.map { (at: $0.kept.at, score: $0.kept.score) }).render(width: width))
        }
        if !points.isEmpty { parts.append(table.render()) }
        if hasEarlier { parts.append("Earlier scorings are left out: --limit shows more.") }
        parts.append(end)
        if let missing = movers.missing { parts.append("What moved each score is left out: \(missing).") }
        return parts.joined(separator: "\n\n")
    }

    private var table: Table {
        let hasMovers = points.contains { $0.mover != nil }
        var table = Table(
            header: ["time (UTC)", "score", "", "grade", "model", "trigger"] + (hasMovers ? ["moved most by"] : []),
            rightAligned: [1, 2])
        table.rows = points.map { point in
            let kept = point.kept
            return [
                kept.at.secondText, "\(kept.score)", change(point), kept.grade.rawValue, "\(kept.model)",
                kept.trigger.rawValue,
            ] + (hasMovers ? [point.mover?.text ?? ""] : [])
        }
        return table
    }

    /// "↑ +7"
    private func change(_ point: Point) -> String {
        guard let previous = point.previousScore else { return "" }
        let difference = point.kept.score - previous
        return "\(point.trend.arrow) \(difference > 0 ? "+" : difference < 0 ? "−" : "±")\(abs(difference))"
    }

    private var end: String {
        var end: String
        switch record.status {
        case Status.open.rawValue: end = "It is open"
        case "deleted":
            end = "It was deleted"
            if let outcome = record.outcome { end += "; before that it was \(outcome.rawValue)" }
        case "erased": return "It was erased: nothing is kept of it."
        default: end = "It was \(record.status)"
        }
        if let ended = record.endedAt { end += " at \(ended.secondText)" }
        guard let last = points.last else {
            return end + (record.status == Status.open.rawValue ? ", and was never scored." : ". It was never scored.")
        }
        guard record.status == Status.open.rawValue else { return end + "; its last score was \(last.kept.score)." }
        guard let grade = record.grade else { return end + ". Its score was withdrawn: its model was deleted." }
        end += "; its score is \(last.kept.score)"
        return end + (grade == last.kept.grade ? "." : ", by the present ranges grade \(grade.rawValue).")
    }

    // MARK: For a program

    var shape: Shape {
        Shape(
            org: target.org, entity: target.entity.rawValue, id: record.id.text, name: record.name, owner: record.owner,
            status: record.status, createdAt: record.createdAt?.text, outcome: record.outcome?.rawValue,
            endedAt: record.endedAt?.text,
            scorings: points.map { point in
                let kept = point.kept
                return Shape.Point(
                    revision: kept.revision, at: kept.at.text, score: kept.score, probability: kept.probability,
                    grade: kept.grade.rawValue, trend: point.trend.rawValue, previousScore: point.previousScore,
                    model: kept.model.name, version: kept.model.version, trigger: kept.trigger.rawValue,
                    mover: point.mover)
            })
    }

    struct Shape: Encodable {
        var org, entity, id: String
        @OrNull var name: String?
        @OrNull var owner: String?
        var status: String
        @OrNull var createdAt: String?
        @OrNull var outcome: String?
        @OrNull var endedAt: String?
        var scorings: [Point]

        struct Point: Encodable {
            var revision: UInt64
            var at: String
            var score: Int
            var probability: Double
            var grade, trend: String
            @OrNull var previousScore: Int?
            var model: String
            var version: Int
            var trigger: String
            @OrNull var mover: Mover?
        }
    }
}

extension Moment {
    /// "2026-11-21 09:30:05", in UTC.
    fileprivate var secondText: String { String(text.prefix(19)).replacing("T", with: " ") }
}
