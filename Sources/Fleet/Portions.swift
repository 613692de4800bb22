/// Where work comes from, the most urgent first.
public enum Source: Int, CaseIterable, Sendable {
    case created, updated, imported
}

/// How a batch is shared out among the sources: created before updated before imported, with a share kept for each, so
/// that neither an import nor a flood of new records holds the others up for ever.
struct Portions {
    /// Of every so many records in a full batch, one is kept for each source that has something waiting.
    static let share = 8

    /// How many messages to take from each source.
    ///
    /// - Parameters:
    ///   - waiting: by source, the number of records in each waiting message, in the order of their arrival.
    ///   - bound: records in a batch, as a rule; the last message taken may pass it.
    static func take(from waiting: [[Int]], bound: Int) -> [Int] {
        var taken = waiting.map { _ in 0 }
        var records = 0
        func fill(_ source: Int, upTo limit: Int) {
            var filled = 0
            while filled < limit, taken[source] < waiting[source].count {
                let size = max(1, waiting[source][taken[source]])
                (filled, records, taken[source]) = (filled + size, records + size, taken[source] + 1)
            }
        }
        for source in waiting.indices { fill(source, upTo: max(1, bound / share)) }
        for source in waiting.indices where records < bound { fill(source, upTo: bound - records) }
        return taken
    }
}
