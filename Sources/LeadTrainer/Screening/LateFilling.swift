import LeadModel

/// Which attributes are filled in only when a record closes, or later: told from the stamps of stored records, which say
/// by which event each value was set.
///
/// A record tells something of it if an attribute of it was set by an earlier event than the one that closed it: where a
/// connector sends all anew each time, every value bears the newest stamp. An attribute is suspected if at least 20 such
/// records have it, and in 19 of 20 of them its value was set by the closing event or a later one.
struct LateFilling {
    private struct Count {
        var filled = 0
        var late = 0
    }

    private var counts: [AttributeName: Count] = [:]
    private static let least = 20

    mutating func add(_ record: Record) {
        guard let closing = record.cells[.status]?.stamp else { return }
        let cells = record.cells.entries.filter { $0.key.attributeName != nil && $0.value.value != nil }
        guard cells.contains(where: { $0.value.stamp < closing }) else { return }
        for cell in cells {
            guard let name = cell.key.attributeName else { continue }
            counts[name, default: Count()].filled += 1
            if cell.value.stamp >= closing { counts[name]?.late += 1 }
        }
    }

    func warning(_ name: String, plural: String) -> TrainingWarning? {
        guard let count = counts[AttributeName(Exact(name))], count.filled >= Self.least,
            count.late * 20 >= count.filled * 19
        else { return nil }
        return TrainingWarning(
            kind: .suspectedLeak, attribute: name,
            description:
                "\(name) is filled only after closing: for \(count.late) of \(count.filled) \(plural) that have it "
                + "and changed before they were closed, it came with the closing or later; leave it out")
    }
}
