/// How the values of records find their bins, prepared so that nothing is hashed or copied that need not be. The
/// evidence is all that scoring makes.
struct BinLookup: Sendable {
    private var readers: [BinReader]
    /// The attributes in the order in which a record has its own.
    private var rising: [Place] = []
    private var indexByName: [Exact: Int] = [:]
    private let missing: MissingValues
    /// The evidence of a record that has no value at all.
    private let missingWords: [UInt16]

    private struct Place {
        var hash: UInt64
        var name: AttributeName
        var index: Int
    }

    init(_ attributes: [Scorecard.Attribute], missing: [String]) {
        let missing = MissingValues(missing)
        self.missing = missing
        var words: [UInt16] = []
        readers = []
        for attribute in attributes {
            let reader = BinReader(attribute, word: words.count, missing: missing)
            words += [UInt16](repeating: 0, count: attribute.evidenceWords)
            words.withUnsafeMutableBufferPointer { reader.putMissing(into: $0) }
            readers.append(reader)
        }
        missingWords = words
        for (index, attribute) in attributes.enumerated() where indexByName[Exact(attribute.name)] == nil {
            indexByName[Exact(attribute.name)] = index
            let name = AttributeName(Exact(attribute.name))
            rising.append(Place(hash: name.hash, name: name, index: index))
        }
        rising.sort { $0.name < $1.name }
    }

    func evidence(of attributes: some Sequence<(name: Exact, value: Value)>, at moment: Moment) -> Evidence {
        evidence { words in
            for (name, value) in attributes {
                guard let index = indexByName[name] else { continue }
                readers[index].put(value, at: moment, missing, into: words)
            }
        }
    }

    /// A record has its values in the order of their names' hashes, and so has the scorecard: one pass finds them.
    func evidence(of record: Record, at moment: Moment) -> Evidence {
        evidence { words in
            record.cells.entries.withUnsafeBufferPointer { cells in
                var (next, place) = (0, 0)
                while next < cells.count, place < rising.count {
                    guard case .attribute(let name) = cells[next].key, name.hash >= rising[place].hash else {
                        next += 1
                        continue
                    }
                    if name.hash > rising[place].hash {
                        place += 1
                    } else if name == rising[place].name {
                        if let value = cells[next].value.value {
                            readers[rising[place].index].put(value, at: moment, missing, into: words)
                        }
                        (next, place) = (next + 1, place + 1)
                    } else if name < rising[place].name {
                        next += 1
                    } else {
                        place += 1
                    }
                }
            }
        }
    }

    private func evidence(_ fill: (UnsafeMutableBufferPointer<UInt16>) -> Void) -> Evidence {
        Evidence(
            bins: Array(unsafeUninitializedCapacity: missingWords.count) { words, count in
                count = missingWords.count
                _ = words.update(fromContentsOf: missingWords)
                fill(words)
            })
    }
}

/// What counts as missing besides nothing and blank text: by what it is as a category.
struct MissingValues: Sendable {
    let categories: Set<String>
    private let plain: PlainTexts
    private let numbers: Set<Double>
    /// Whether some of them are dates.
    private let hasDates: Bool

    init(_ texts: [String]) {
        categories = Set(texts.compactMap { Value.text($0).asCategory })
        plain = PlainTexts(Dictionary(uniqueKeysWithValues: categories.map { ($0, 0) }))
        numbers = Set(categories.compactMap(JSONNumber.parse))
        hasDates = texts.contains { Moment(inFile: $0) != nil }
    }

    /// A number's category is a missing one if the same number is.
    @inline(__always)
    func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }

    /// Whether a text that is a date counts as missing.
    func containsDate(_ value: Value) -> Bool { hasDates && contains(value) }

    func contains(_ value: Value) -> Bool {
        if case .text(let text) = value {
            if text.utf8.isEmpty || plain.number(of: text) != nil { return true }
        }
        return value.asCategory.map(categories.contains) ?? true
    }
}
