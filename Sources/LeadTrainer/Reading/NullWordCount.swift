import LeadModel

/// The null words of the data that count as missing.
struct NullWordCount {
    /// By word: rows.
    private var rows: [String: Int] = [:]
    private var attributes: [String] = []

    init(_ readers: some Sequence<ColumnReader>) {
        for reader in readers {
            let words = reader.nullWords
            guard !words.isEmpty else { continue }
            attributes.append(reader.name.text)
            rows.merge(words, uniquingKeysWith: +)
        }
    }

    /// Which words, how many, where, and what to do if one is a value. Nil if there are none.
    var warning: TrainingWarning? {
        guard !rows.isEmpty else { return nil }
        let words = rows.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key.printable) (\($0.value.grouped))" }
        let names = attributes.prefix(5).joined(separator: ", ")
        let more = attributes.count > 5 ? " and \(attributes.count - 5) more" : ""
        return TrainingWarning(
            kind: .nullWords, attribute: nil,
            description: "\(words.joined(separator: ", ")) \(rows.count == 1 ? "counts" : "count") as missing in "
                + "\(names)\(more); --keep VALUE keeps one as a value")
    }
}
