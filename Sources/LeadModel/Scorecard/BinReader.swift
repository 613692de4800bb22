/// How the values of one attribute find its bins, and where the evidence has them.
final class BinReader: Sendable {
    private enum Kind: UInt8 {
        case number, category, list, age, email, name, phone

        init(_ reading: Scorecard.Reading) {
            self =
                switch reading {
                case .number: .number
                case .category: .category
                case .list: .list
                case .age: .age
                case .signal(.email, _): .email
                case .signal(.name, _): .name
                case .signal(.phone, _): .phone
                }
        }
    }

    private let kind: Kind
    private let word, words: Int
    private let missingBin, rareBin, unseenBin: UInt16
    private let edges: [Double]
    private let levels: Scorecard.Levels
    /// The bins of the categories that are plain texts. They are found without creating the category's text.
    private let plain: PlainTexts

    /// - Parameter word: its first of the evidence.
    init(_ attribute: Scorecard.Attribute, word: Int, missing: MissingValues) {
        (self.word, words) = (word, attribute.evidenceWords)
        missingBin = UInt16(attribute.missingBin)
        rareBin = UInt16(attribute.rareBin ?? attribute.unseenBin)
        unseenBin = UInt16(attribute.unseenBin)
        kind = Kind(attribute.reading)
        edges = attribute.reading.edges ?? []
        levels = attribute.reading.levels ?? .init(bins: [:], rare: nil)
        // A level that no text stands for, as 4.0, which is 4, is left alone.
        var bins = levels.bins.filter { $0.key.isPlain && Value.text($0.key).asCategory == $0.key }
        for category in missing.categories where category.isPlain { bins[category] = Int(missingBin) }
        plain = PlainTexts(kind == .category ? bins : [:])
    }

    func putMissing(into evidence: UnsafeMutableBufferPointer<UInt16>) {
        for number in 0..<words { evidence[word + number] = 0 }
        if kind == .list { set(missingBin, in: evidence) } else { evidence[word] = missingBin }
    }

    @inline(__always)
    func put(
        _ value: Value, at moment: Moment, _ missing: MissingValues, into evidence: UnsafeMutableBufferPointer<UInt16>
    ) {
        switch kind {
        case .number: evidence[word] = numberBin(of: value, missing)
        case .category: evidence[word] = categoryBin(of: value, missing)
        case .list: putEntries(of: value, missing, into: evidence)
        case .age: evidence[word] = ageBin(of: value, at: moment, missing)
        case .email: evidence[word] = bin(found: .email, in: value, missing)
        case .name: evidence[word] = bin(found: .name, in: value, missing)
        case .phone: evidence[word] = bin(found: .phone, in: value, missing)
        }
    }

    /// Of a field that is a date.
    func put(
        date: Moment, at moment: Moment, _ missing: MissingValues, into evidence: UnsafeMutableBufferPointer<UInt16>
    ) {
        guard kind == .age, !missing.hasDates else { return put(.text(date.text), at: moment, missing, into: evidence) }
        let days = moment.days(since: date)
        evidence[word] = days < 0 ? missingBin : edges.bin(of: days)
    }

    @inline(__always)
    private func numberBin(of value: Value, _ missing: MissingValues) -> UInt16 {
        if case .number(let number) = value {
            return missing.contains(number) ? missingBin : edges.bin(of: number)
        }
        guard !missing.contains(value) else { return missingBin }
        guard let number = value.asNumber ?? value.asCategory.flatMap(JSONNumber.parse) else { return unseenBin }
        return edges.bin(of: number)
    }

    @inline(__always)
    private func categoryBin(of value: Value, _ missing: MissingValues) -> UInt16 {
        if case .text(let text) = value, let bin = plainBin(of: text) { return bin }
        guard let category = value.asCategory, !missing.categories.contains(category) else { return missingBin }
        return bin(ofCategory: category)
    }

    private func bin(ofCategory category: String) -> UInt16 {
        if let bin = levels.bins[category] { return UInt16(bin) }
        return levels.rare?.contains(Scorecard.Levels.fingerprint(category)) ?? true ? rareBin : unseenBin
    }

    /// Of a text that is its own category but for its case; nothing says nothing.
    @inline(__always)
    private func plainBin(of text: String) -> UInt16? {
        text.utf8.withContiguousStorageIfAvailable { utf8 -> UInt16? in
            guard let first = utf8.first, let last = utf8.last else { return missingBin }
            var hash = FNV1a()
            var all: UInt8 = 0
            for byte in utf8 {
                hash.combine(byte.lowercased)
                all |= byte
            }
            if let bin = plain.number(of: utf8, hash: hash.value) { return UInt16(bin) }
            // Not plain, with blanks around it, or perhaps a number: then its category is another text.
            guard all < 0x80, first > 32, last > 32, !(48...57).contains(first), first != UInt8(ascii: "-") else {
                return nil
            }
            return levels.rare?.contains(UInt32(truncatingIfNeeded: hash.value)) ?? true ? rareBin : unseenBin
        } ?? nil
    }

    private func putEntries(
        of value: Value, _ missing: MissingValues, into evidence: UnsafeMutableBufferPointer<UInt16>
    ) {
        for number in 0..<words { evidence[word + number] = 0 }
        for entry in value.entries where !missing.categories.contains(entry) {
            set(bin(ofCategory: entry), in: evidence)
        }
        if (0..<words).allSatisfy({ evidence[word + $0] == 0 }) { set(missingBin, in: evidence) }
    }

    private func set(_ bin: UInt16, in evidence: UnsafeMutableBufferPointer<UInt16>) {
        evidence[word + Int(bin) / 16] |= 1 << (bin % 16)
    }

    private func ageBin(of value: Value, at moment: Moment, _ missing: MissingValues) -> UInt16 {
        guard let date = value.asDate else { return missing.contains(value) ? missingBin : unseenBin }
        let days = moment.days(since: date)
        return days < 0 || missing.containsDate(value) ? missingBin : edges.bin(of: days)
    }

    private func bin(found signal: Signal, in value: Value, _ missing: MissingValues) -> UInt16 {
        guard !missing.contains(value), let text = value.signalText else { return missingBin }
        return bin(ofCategory: signal.finding(in: text))
    }
}

extension String {
    fileprivate var isPlain: Bool { utf8.allSatisfy { $0 < 0x80 } }
}

extension [Double] {
    /// The number of edges that are at most `number`; they must rise.
    @inline(__always)
    fileprivate func bin(of number: Double) -> UInt16 {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] > number { high = middle } else { low = middle + 1 }
        }
        return UInt16(low)
    }
}
