import LeadModel

/// Finds attributes that are filled in only when a record closes, or later, by the stamps of stored records: a stamp
/// says which event set a value.
///
/// Only records with an attribute that was set before the closing event count: a connector that sends complete snapshots
/// gives every value the newest stamp. An attribute is suspected if at least 20 of these records have it, and in 95 % of
/// them its value was set by the closing event or a later one.
struct LateFilling {
    private struct Count {
        var filled = 0
        var late = 0
        var grown = 0
    }

    private var counts: [AttributeName: Count] = [:]
    private static let least = 20

    mutating func add(_ record: Record) {
        guard let closing = record.cells[.status]?.stamp else { return }
        let cells = record.cells.entries.filter { $0.key.attributeName != nil && $0.value.value != nil }
        guard cells.contains(where: { $0.value.stamp < closing }) else { return }
        let first = cells.lazy.map(\.value.stamp).min()
        for cell in cells {
            guard let name = cell.key.attributeName else { continue }
            counts[name, default: Count()].filled += 1
            if cell.value.stamp >= closing {
                counts[name]?.late += 1
            } else if let first, cell.value.stamp > first {
                counts[name]?.grown += 1
            }
        }
    }

    /// In how many records the attribute was set after the first event that is known of them, and before the close. A
    /// value that was given first and then changed counts too.
    func grown(_ name: String) -> Int { counts[AttributeName(Exact(name))]?.grown ?? 0 }

    func warning(_ name: String, _ options: TrainingOptions) -> TrainingWarning? {
        guard let count = counts[AttributeName(Exact(name))], count.filled >= Self.least,
            count.late * 20 >= count.filled * 19
        else { return nil }
        let records = "\(count.late.grouped) of \(count.filled.grouped) \(options.entity.plural)"
        return .leak(
            name, "is filled in only after closing: \(records) got it with the closing event or later",
            otherwise: "; exclude it", options)
    }
}
