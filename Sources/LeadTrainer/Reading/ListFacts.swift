import LeadModel

/// Whether an attribute holds lists, and what separates their entries: semicolons, pipes or commas.
struct ListFacts {
    enum Kind: Equatable {
        /// Given as lists, or separated by semicolons.
        case plain
        case separated(ListSeparator)
    }

    /// Of one separator.
    private struct Count {
        /// Values of several entries.
        var several = 0
        var entries: Set<String> = []
        /// The first entries of values, and the last: choices are found at both ends, of "Berlin, Germany" each is found at
        /// one.
        var first: Set<String> = []
        var last: Set<String> = []

        mutating func add(_ held: [String], _ count: Int) {
            if held.count > 1 { several += count }
            guard entries.count <= 100_000 else { return }
            entries.formUnion(held)
            if let first = held.first { self.first.insert(first) }
            if let last = held.last { self.last.insert(last) }
        }
    }

    private var plain = Count()
    private var separated = Dictionary(uniqueKeysWithValues: ListSeparator.allCases.map { ($0, Count()) })
    private var lists = 0

    mutating func add(_ value: Value, _ count: Int) {
        plain.add(value.entries, count)
        if case .list = value { lists += count }
        for separator in ListSeparator.allCases {
            guard case .text(let text) = value else {
                separated[separator]?.add(value.entries, count)
                continue
            }
            let parts = ListText.parts(text, separator: separator)
            separated[separator]?.add(parts.compactMap { Value.text($0).asCategory }, count)
        }
    }

    func kind(filled: Int, different: Int) -> Kind? {
        guard filled > 0 else { return nil }
        if plain.several * 20 >= filled, lists * 2 >= plain.several || plain.entries.count * 2 <= different {
            return .plain
        }
        for separator in [ListSeparator.pipe, .comma] {
            guard let count = separated[separator], count.several * 20 >= filled,
                count.entries.count * 2 <= different,
                count.first.intersection(count.last).count * 2 >= min(count.first.count, count.last.count)
            else { continue }
            return .separated(separator)
        }
        return nil
    }
}
