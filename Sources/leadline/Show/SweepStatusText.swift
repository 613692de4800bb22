import Report
import Views

/// An organization's sweeps as a table.
struct SweepStatusText {
    private let view: SweepStatusView

    init(_ view: SweepStatusView) { self.view = view }

    func render() -> String {
        var table = Table(
            header: ["", "last sweep", "now", "left", "records", "partitions leased", "changed since"],
            rightAligned: [3, 4, 5, 6])
        table.rows = view.entities.map { entity in
            let now = entity.running ? entity.filling ? "collecting records" : "running" : "nothing to do"
            return [
                entity.entity.rawValue, entity.lastSweep?.text ?? "none yet", now,
                entity.running ? entity.left.grouped : "", entity.records.grouped,
                entity.running ? "\(entity.partitionsHeld) of \(entity.partitionsLeft)" : "", entity.changed.grouped,
            ]
        }
        var lines = ["\(view.organization): the next daily sweep is due \(view.nextDueLocal) \(view.zone)", ""]
        lines.append(table.render())
        for entity in view.entities {
            for request in entity.asked {
                let what = request.queue.map { "\(request.what) to \($0.printable)" } ?? request.what
                lines.append("requested, \(entity.entity.rawValue): \(what), at \(request.at.text)")
            }
        }
        if view.fanOuts > 0 { lines.append("accounts and contacts with a pending fan-out: \(view.fanOuts)") }
        if view.expiring > 0 { lines.append("partitions with expired data to remove: \(view.expiring)") }
        return lines.joined(separator: "\n")
    }
}
