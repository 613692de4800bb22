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
    private let values: ValueReading
    /// The bins of null words and of other words for a boolean: categories that are no levels but are known all the same.
    private let aliases: [String: UInt16]
    /// Whether a number is a level, so that a text can be one in another spelling.
    private let hasNumbers: Bool
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
        let levels = attribute.reading.levels ?? .init(bins: [:], rare: nil)
        (self.levels, values) = (levels, attribute.values)
        hasNumbers = kind == .category && levels.bins.keys.contains { JSONNumber.parse($0) != nil }
        var aliases = kind == .category ? BooleanWord.aliases(of: levels.bins) : [:]
        for word in missing.nullWords where kind == .category || kind == .list { aliases[word] = attribute.missingBin }
        self.aliases = aliases.filter { word, _ in
            levels.bins[word] == nil && levels.rare?.contains(Scorecard.Levels.fingerprint(word)) != true
        }.mapValues(UInt16.init)
        // A level that no text stands for, as 4.0, which is 4, is left alone.
        var bins = levels.bins.filter { $0.key.isPlain && Value.text($0.key).asCategory == $0.key }
        for (word, bin) in self.aliases where word.isPlain { bins[word] = Int(bin) }
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
        evidence[word] = bin(ofDays: moment.days(since: date))
    }

    @inline(__always)
    private func numberBin(of value: Value, _ missing: MissingValues) -> UInt16 {
        if case .number(let number) = value {
            return missing.contains(number) ? missingBin : edges.bin(of: number)
        }
        guard !missing.contains(value) else { return missingBin }
        guard let number = value.number(by: values) else { return unseenBin }
        return missing.contains(number) ? missingBin : edges.bin(of: number)
    }

    @inline(__always)
    private func categoryBin(of value: Value, _ missing: MissingValues) -> UInt16 {
        if case .text(let text) = value, let bin = plainBin(of: text) { return bin }
        return spelledCategoryBin(of: value, missing)
    }

    @inline(never)
    private func spelledCategoryBin(of value: Value, _ missing: MissingValues) -> UInt16 {
        guard let category = value.asCategory, !missing.categories.contains(category) else { return missingBin }
        if case .text(let text) = value, !isKnown(category) {
            if hasNumbers, let number = SpelledNumber(text, decimal: values.decimal) {
                return bin(ofCategory: JSONNumber.shortest(number.number))
            }
            if text.utf8.contains(UInt8(ascii: "[")), let entries = ListText.jsonArray(text) {
                return categoryBin(of: .list(entries), missing)
            }
        }
        return bin(ofCategory: category)
    }

    /// Whether training saw the category.
    private func isKnown(_ category: String) -> Bool {
        levels.bins[category] != nil || aliases[category] != nil
            || levels.rare?.contains(Scorecard.Levels.fingerprint(category)) == true
    }

    private func bin(ofCategory category: String) -> UInt16 {
        if let bin = levels.bins[category] { return UInt16(bin) }
        if let bin = aliases[category] { return bin }
        if let group = groupBin(of: category) { return group }
        return levels.rare?.contains(Scorecard.Levels.fingerprint(category)) ?? true ? rareBin : unseenBin
    }

    private func groupBin(of category: String) -> UInt16? {
        guard !levels.groups.isEmpty, let group = Scorecard.Levels.group(of: category) else { return nil }
        return levels.groups[group].map { UInt16($0) }
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
            guard all < 0x80, first > 32, last > 32, !(48...57).contains(first), first != UInt8(ascii: "-"),
                first != UInt8(ascii: "["), !hasNumbers, levels.groups.isEmpty
            else { return nil }
            return levels.rare?.contains(UInt32(truncatingIfNeeded: hash.value)) ?? true ? rareBin : unseenBin
        } ?? nil
    }

    private func putEntries(
        of value: Value, _ missing: MissingValues, into evidence: UnsafeMutableBufferPointer<UInt16>
    ) {
        for number in 0..<words { evidence[word + number] = 0 }
        for entry in entries(value) where !missing.categories.contains(entry) {
            let bin = bin(ofCategory: entry)
            if bin != missingBin { set(bin, in: evidence) }
        }
        if (0..<words).allSatisfy({ evidence[word + $0] == 0 }) { set(missingBin, in: evidence) }
    }

    /// The entries as categories. One that training never saw is taken apart at commas and pipes.
    private func entries(_ value: Value) -> [String] {
        guard case .text(let text) = value else { return value.entries }
        if text.utf8.contains(UInt8(ascii: "[")), let entries = ListText.jsonArray(text) {
            return Value.list(entries).entries
        }
        let entries = ListText.parts(text, separator: values.separator).compactMap { Value.text($0).asCategory }
        guard values.separator == nil, levels.rare != nil else { return entries }
        return entries.flatMap { entry in
            guard !isKnown(entry), entry.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "|") })
            else { return [entry] }
            let separator: ListSeparator = entry.utf8.contains(UInt8(ascii: "|")) ? .pipe : .comma
            return ListText.parts(entry, separator: separator).compactMap { Value.text($0).asCategory }
        }
    }

    private func set(_ bin: UInt16, in evidence: UnsafeMutableBufferPointer<UInt16>) {
        evidence[word + Int(bin) / 16] |= 1 << (bin % 16)
    }

    private func ageBin(of value: Value, at moment: Moment, _ missing: MissingValues) -> UInt16 {
        guard let date = value.date(by: values) else { return missing.contains(value) ? missingBin : unseenBin }
        return missing.containsDate(value) ? missingBin : bin(ofDays: moment.days(since: date))
    }

    @inline(__always)
    private func bin(ofDays days: Double) -> UInt16 {
        days < 0 && values.readsAhead != true ? missingBin : edges.bin(of: days)
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
