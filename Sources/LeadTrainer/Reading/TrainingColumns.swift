import LeadModel

/// The rows to train on by attribute, with every value read once: what binning, again and again, starts from.
struct TrainingColumns {
    var rowCount: Int
    /// In the order of their names' bytes.
    var columns: [Column]
    /// What the admin chose not to use.
    var deselected: [Scorecard.Choice] = []
    /// The records' stages, whether or not they are used.
    var stage: Column?
    var nullWords = NullWordCount([])

    /// What was found in the values that a person should know.
    var notes: [TrainingWarning] { [nullWords.warning].compactMap(\.self) + columns.flatMap(\.notes) }

    func has(_ name: Exact) -> Bool { columns.contains { Exact($0.name) == name } }

    /// Makes the attributes missing in some rows.
    mutating func clear(_ rows: [Int], of names: [Exact]) {
        for place in columns.indices where names.contains(Exact(columns[place].name)) { columns[place].clear(rows) }
    }

    /// Puts the values of an attribute in order.
    mutating func rank(_ name: Exact, by rank: (String) -> Int?) {
        guard let place = columns.firstIndex(where: { Exact($0.name) == name }) else { return }
        let column = columns[place]
        columns[place].ranks = (0..<column.codeCount).map { column.category($0).flatMap(rank) }
    }
}
