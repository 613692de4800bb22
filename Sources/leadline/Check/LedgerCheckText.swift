import LeadModel
import Views

/// The ledger's check as lines.
struct LedgerCheckText {
    private let view: LedgerCheckView

    init(_ view: LedgerCheckView) { self.view = view }

    func render() -> String {
        let oldest = view.oldestScoring.map { " since \($0.text)" } ?? ""
        var lines = [
            "ledger    \(view.file), \(megabytes(view.bytes))\(view.faults.isEmpty ? "" : ", DAMAGED")",
            "holds     \(view.records.grouped) records, \(view.scorings.grouped) scorings\(oldest)",
            "stream    \(Self.state(behind: view.behind, hasWriter: view.isKept, waiting: view.waiting))",
            "registry  \(view.compared.grouped) records compared, "
                + (view.differing == 0 ? "none differs" : "\(view.differing.grouped) differ"),
        ]
        lines += view.faults.map { "damaged   " + $0 }
        lines += view.differences.map {
            let record = "\($0.organization) \($0.entity.rawValue) \($0.id.text)"
            return "differs   \(record): \($0.fields.joined(separator: ", "))".printable
        }
        let more = view.differing - view.differences.count
        if more > 0 { lines.append("          and \(more.grouped) more") }
        if !view.ok { lines.append(advice) }
        return lines.joined(separator: "\n")
    }

    private var advice: String {
        view.isKept || !view.faults.isEmpty || view.behind == 0
            ? "To fix it: `leadline ledger rebuild`"
            : "No process updates it: run `leadline up` or `leadline ledger run`, then check again"
    }

    /// How far the ledger is behind the stream, and what it waits for.
    static func state(behind: Int64, hasWriter: Bool, waiting: [String]) -> String {
        let place = behind == 0 ? "up to date" : "at most \(Int(behind).grouped) results behind"
        let writer = hasWriter ? "" : "; no process updates it: `leadline up` or `leadline ledger run` does"
        return place + waiting.map { "; it \($0)" }.joined() + writer
    }
}
