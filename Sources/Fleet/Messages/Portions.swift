/// How a batch is shared among the sources: created before updated before imported, with a minimum share for each, so that
/// neither an import nor a flood of new records starves the others.
struct Portions {
    /// Each source with waiting messages gets at least one in so many records of a full batch.
    static let share = 8

    /// How many messages to take from each source.
    ///
    /// - Parameters:
    ///   - waiting: by source, the number of records in each waiting message, oldest first.
    ///   - bound: the number of records in a batch. The last message taken may exceed it.
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
