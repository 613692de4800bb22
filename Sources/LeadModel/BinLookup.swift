/// How the values of records find their bins, prepared so that nothing is hashed or copied that need not be.
struct BinLookup: Equatable, Sendable {
    private var attributes: [Scorecard.Attribute]
    /// The places of the attributes, in the order in which a record has its own.
    private var rising: [Place] = []
    private var indexByName: [Exact: Int] = [:]
    /// Categories that count as missing, and what of them are numbers.
    private var missing: Set<String>
    private var missingNumbers: Set<Double>
    /// Of each attribute that is read as a category.
    private var levels: [PlainLevels?]

    /// The bins of a record that has no value at all.
    let missingBins: [UInt16]

    private struct Place: Equatable {
        var field: Field
        var index: Int
    }

    init(_ attributes: [Scorecard.Attribute], missing: [String]) {
        self.attributes = attributes
        let missing = Set(missing.compactMap { Value.text($0).asCategory })
        self.missing = missing
        missingNumbers = Set(missing.compactMap(JSONNumber.parse))
        missingBins = attributes.map { UInt16($0.missingBin) }
        levels = attributes.map { PlainLevels($0, missing: missing) }
        for (index, attribute) in attributes.enumerated() where indexByName[Exact(attribute.name)] == nil {
            indexByName[Exact(attribute.name)] = index
            rising.append(Place(field: .attribute(AttributeName(Exact(attribute.name))), index: index))
        }
        rising.sort { $0.field < $1.field }
    }

    func index(of name: Exact) -> Int? { indexByName[name] }

    /// Calls `found` with the index and the bin of each attribute of which the record has a value. Both rise, so one
    /// pass finds them.
    func eachBin(of record: Record, found: (Int, Int) -> Void) {
        let cells = record.cells.entries
        var (next, place) = (0, 0)
        while next < cells.count, place < rising.count {
            if cells[next].key == rising[place].field {
                let index = rising[place].index
                if let value = cells[next].value.value { found(index, bin(of: value, at: index)) }
                (next, place) = (next + 1, place + 1)
            } else if cells[next].key < rising[place].field {
                next += 1
            } else {
                place += 1
            }
        }
    }

    func bin(of value: Value, at index: Int) -> Int {
        switch (value, attributes[index].reading) {
        case (.number(let number), .number(let edges)):
            // What follows, without a text: a number's category is a missing one if the same number is.
            return missingNumbers.contains(number)
                ? attributes[index].missingBin : edges.partitionPoint { $0 > number }
        case (.text(let text), .category):
            if let bin = levels[index]?.bin(of: text) { return bin }
        default: break
        }
        let attribute = attributes[index]
        let category = value.asCategory
        guard let category, !missing.contains(category) else { return attribute.missingBin }
        switch attribute.reading {
        case .number(let edges):
            guard let number = value.asNumber ?? JSONNumber.parse(category) else { return attribute.unseenBin }
            return edges.partitionPoint { $0 > number }
        case .category(let levels):
            if let bin = levels.bins[category] { return bin }
            let isRare = levels.rare?.contains(Scorecard.Levels.fingerprint(category)) ?? true
            return isRare ? attribute.missingBin + 1 : attribute.unseenBin
        }
    }
}

/// The bins of the categories that are plain ASCII, by a hash of their bytes: what most texts are, told without making
/// the text that stands for them as a category.
private struct PlainLevels: Equatable {
    private var bins: [UInt64: Level] = [:]

    private struct Level: Equatable {
        var bytes: [UInt8]
        var bin: Int
    }

    /// Nothing for what is not read as a category.
    init?(_ attribute: Scorecard.Attribute, missing: Set<String>) {
        guard case .category(let levels) = attribute.reading else { return nil }
        for (category, bin) in levels.bins { add(category, bin: bin) }
        for category in missing { add(category, bin: attribute.missingBin) }
    }

    private mutating func add(_ category: String, bin: Int) {
        // A level that no text stands for, as 4.0, which is 4, is left alone.
        guard category.utf8.allSatisfy({ $0 < 0x80 }), Value.text(category).asCategory == category else { return }
        bins[FNV1a.hash(category)] = Level(bytes: Array(category.utf8), bin: bin)
    }

    /// The bin of a plain text that has one; nothing says nothing.
    func bin(of text: String) -> Int? {
        text.utf8.withContiguousStorageIfAvailable { utf8 -> Int? in
            var hash = FNV1a()
            for byte in utf8 { hash.combine(byte.lowercased) }
            guard let level = bins[hash.value], level.bytes.elementsEqual(utf8, by: { $0 == $1.lowercased }) else {
                return nil
            }
            return level.bin
        } ?? nil
    }
}

extension UInt8 {
    /// Of an ASCII letter.
    fileprivate var lowercased: UInt8 { (65...90).contains(self) ? self | 0x20 : self }
}

extension Array {
    /// The number of leading elements for which `isBeyond` does not hold; they must all stand before the others.
    fileprivate func partitionPoint(_ isBeyond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBeyond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
