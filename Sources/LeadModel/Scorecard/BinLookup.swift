/// How the values of records find their bins, prepared so that nothing is hashed or copied that need not be. The
/// evidence is all that scoring makes.
struct BinLookup: Sendable {
    private let readers: [BinReader]
    private let indexByName: [Exact: Int]
    /// The attributes in the order in which a record has its own: the hashes of their names, the names, how they read.
    private let risingHashes: [UInt64]
    private let risingNames: [AttributeName]
    private let risingReaders: [BinReader]
    private let missing: MissingValues
    /// The evidence of a record that has no value at all.
    private let missingWords: [UInt16]
    private let closing: ClosingStages
    /// Of those attributes that a record's own fields can stand for.
    private let process, stage, stageSince: BinReader?
    private let readsFields: Bool

    init(_ attributes: [Scorecard.Attribute], _ missing: MissingValues, closing: ClosingStages = .init(.init())) {
        self.missing = missing
        var words: [UInt16] = []
        var readers: [BinReader] = []
        for attribute in attributes {
            let reader = BinReader(attribute, word: words.count, missing: missing)
            words += [UInt16](repeating: 0, count: attribute.evidenceWords)
            words.withUnsafeMutableBufferPointer { reader.putMissing(into: $0) }
            readers.append(reader)
        }
        (self.readers, missingWords) = (readers, words)
        let named = attributes.enumerated().map { (Exact($1.name), $0) }
        indexByName = Dictionary(named, uniquingKeysWith: { first, _ in first })
        let rising = indexByName.map { (name: AttributeName($0), reader: readers[$1]) }.sorted { $0.name < $1.name }
        (risingHashes, risingNames) = (rising.map(\.name.hash), rising.map(\.name))
        risingReaders = rising.map(\.reader)
        self.closing = closing
        func reader(_ core: CoreAttribute) -> BinReader? {
            rising.first { $0.name.exact == core.name }?.reader
        }
        (process, stage, stageSince) = (reader(.process), reader(.stage), reader(.stageSince))
        readsFields = process != nil || stage != nil || stageSince != nil
    }

    /// - Parameter stageMoment: of which the days in stage are taken.
    func evidence(
        of attributes: some Sequence<(name: Exact, value: Value)>, at moment: Moment, stage stageMoment: Moment
    ) -> Evidence {
        evidence { words in
            var isClosing = false
            for (name, value) in attributes {
                if !closing.isEmpty, name == CoreAttribute.stage.name { isClosing = closing.contains(value) }
                guard let index = indexByName[name] else { continue }
                let isStageTime = readers[index] === stageSince
                readers[index].put(value, at: isStageTime ? stageMoment : moment, missing, into: words)
            }
            if isClosing { putClosing(into: words) }
        }
    }

    /// Changes what the evidence says of one attribute.
    ///
    /// - Parameter value: nil means missing.
    /// - Returns: whether there is such an attribute.
    func put(_ value: Value?, of name: Exact, at moment: Moment, into evidence: inout Evidence) -> Bool {
        guard let index = indexByName[name] else { return false }
        evidence.bins.withUnsafeMutableBufferPointer { words in
            if let value {
                readers[index].put(value, at: moment, missing, into: words)
            } else {
                readers[index].putMissing(into: words)
            }
            if readers[index] === stage, closing.contains(value) { putClosing(into: words) }
        }
        return true
    }

    /// Who is in a closing stage has no stage, and no days in it.
    private func putClosing(into words: UnsafeMutableBufferPointer<UInt16>) {
        stage?.putMissing(into: words)
        stageSince?.putMissing(into: words)
    }

    /// A record's fields stand before its attributes, so an attribute of the same name has the last word.
    private func put(
        _ field: Field, _ value: Value?, at moment: Moment, into words: UnsafeMutableBufferPointer<UInt16>
    ) {
        guard let value else { return }
        switch (field, value) {
        case (.process, _): process?.put(value, at: moment, missing, into: words)
        case (.stage, _): stage?.put(value, at: moment, missing, into: words)
        case (.stageSince, .number(let milliseconds)):
            guard let date = Moment(stored: milliseconds) else { return }
            stageSince?.put(date: date, at: moment, missing, into: words)
        default: break
        }
    }

    /// A record has its values in the order of their names' hashes, and so has the scorecard: one pass finds them.
    func evidence(of record: Record, at moment: Moment) -> Evidence {
        evidence { words in
            record.cells.entries.withUnsafeBufferPointer { cells in
                risingHashes.withUnsafeBufferPointer { hashes in
                    var (next, place) = (0, 0)
                    while next < cells.count, place < hashes.count {
                        guard case .attribute(let name) = cells[next].key, name.hash >= hashes[place] else {
                            if readsFields { put(cells[next].key, cells[next].value.value, at: moment, into: words) }
                            next += 1
                            continue
                        }
                        if name.hash > hashes[place] {
                            place += 1
                        } else if name == risingNames[place] {
                            if let value = cells[next].value.value {
                                risingReaders[place].put(value, at: moment, missing, into: words)
                            }
                            (next, place) = (next + 1, place + 1)
                        } else if name < risingNames[place] {
                            next += 1
                        } else {
                            place += 1
                        }
                    }
                }
            }
            if !closing.isEmpty, closing.contains(record.reading(.stage)) { putClosing(into: words) }
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
