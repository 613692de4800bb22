extension Scorecard {
    /// How a value finds its bin.
    public enum Reading: Equatable, Sendable {
        /// Rising edges: a number x falls into the bin with as many edges ≤ x before it. Text that is a number is one.
        case number(edges: [Double])
        /// By what a value is as a category (`Value.asCategory`).
        case category(Levels)
        /// By what each of its entries is as a category (`Value.entries`): it falls into all of their bins.
        case list(Levels)
        /// A date, by its age in days at the scoring's reference time, like a number. One that lies after the reference
        /// time counts as missing: nothing looks into the future. What is no date is unseen.
        case age(edges: [Double])
        /// Free text, by what the signal finds in it (`Signal.finding`), like a category.
        case signal(Signal, Levels)

        /// The levels of a reading that distinguishes values by text; otherwise nil.
        public var levels: Levels? {
            switch self {
            case .number, .age: nil
            case .category(let levels), .list(let levels), .signal(_, let levels): levels
            }
        }

        /// The edges of a reading that distinguishes values by size; otherwise nil.
        public var edges: [Double]? {
            switch self {
            case .number(let edges), .age(let edges): edges
            case .category, .list, .signal: nil
            }
        }

        var isList: Bool { if case .list = self { true } else { false } }

        var specialBinCount: Int { levels == nil ? 2 : 3 }
    }

    public struct Levels: Equatable, Sendable {
        /// The bin of each category that has one.
        public var bins: [String: Int]
        /// Of categories that fewer than five records had: the low 32 bits of FNV-1a, since an artifact names nobody's
        /// own values. Where there were too many to list, nil: then what has no bin counts as rare, as most did.
        public var rare: Set<UInt32>?
        /// How many of the bins, which stand first, are in an order: of stages, from the first to the last.
        public var orderedCount: Int
        /// Where names have a hierarchy ("Region07/City0123"), the bin of each group (`group`) for those of its categories
        /// that have no bin of their own, rare and unseen ones alike.
        public var groups: [String: Int]

        public init(
            bins: [String: Int], rare: Set<UInt32>?, orderedCount: Int = 0, groups: [String: Int] = [:]
        ) {
            (self.bins, self.rare, self.orderedCount, self.groups) = (bins, rare, orderedCount, groups)
        }

        /// The group that a category's name says that it is in: what follows its last comma ("Austin, TX"), else what
        /// stands before its first separator (/ \ > | : _ -), both with the separator; nil if it has none.
        public static func group(of category: String) -> String? {
            if let comma = category.lastIndex(of: ","), comma > category.startIndex {
                let group = category[comma...]
                return group.dropFirst().contains { $0 != " " } ? String(group) : nil
            }
            guard let separator = category.firstIndex(where: { "/\\>|:_-".contains($0) }),
                separator > category.startIndex, category.index(after: separator) < category.endIndex
            else { return nil }
            return String(category[...separator])
        }

        public static func fingerprint(_ category: String) -> UInt32 {
            UInt32(truncatingIfNeeded: FNV1a.hash(category))
        }
    }
}

extension Scorecard {
    /// Whether the same record can fall into other bins by the passing of time alone.
    public var usesTime: Bool { attributes.contains { if case .age = $0.reading { true } else { false } } }
}

extension Value {
    /// What a list holds, each entry as a category: those of a list, or of a text what stands between its semicolons.
    /// Empty ones are none. In the order given; one can stand twice.
    public var entries: [String] {
        switch self {
        case .list(let entries): entries.compactMap { Value.text($0).asCategory }
        case .text(let text):
            text.utf8.split(separator: UInt8(ascii: ";")).compactMap { Value.text(String($0) ?? "").asCategory }
        case .number, .flag: [asCategory].compactMap(\.self)
        }
    }

    /// The text that a signal reads: that of a list of one entry too, and a number as it is written. Nothing for blank
    /// text and an empty list.
    public var signalText: String? {
        let text =
            switch self {
            case .text(let text): text
            case .list(let entries): entries.joined(separator: "; ")
            case .number, .flag: asCategory ?? ""
            }
        return text.trimmed.isEmpty ? nil : text.trimmed
    }

    /// The number that this value is, in any spelling; nil if it is none.
    func number(by reading: ValueReading) -> Double? {
        switch self {
        case .number(let number): number
        case .text(let text):
            // An undecided text is the only one that is both plain and spelled.
            (reading.decimal == .comma ? nil : JSONNumber.parse(text.trimmed))
                ?? SpelledNumber(text, decimal: reading.decimal)?.number
        case .list(let entries): entries.count == 1 ? Value.text(entries[0]).number(by: reading) : nil
        case .flag: nil
        }
    }

    /// The date that this value is, in any spelling, a number too; nil if it is none.
    func date(by reading: ValueReading) -> Moment? {
        if let plain = asDate { return plain }
        switch self {
        case .number(let number): return Moment(numbered: number)
        case .text(let text):
            if let number = JSONNumber.parse(text.trimmed) { return Moment(numbered: number) }
            guard let date = SpelledMoment(text, order: reading.dateOrder) else { return nil }
            return date.evidence == .undecided && reading.dateOrder == nil ? nil : date.moment
        case .list(let entries): return entries.count == 1 ? Value.text(entries[0]).date(by: reading) : nil
        case .flag: return nil
        }
    }

    /// The date in a text, RFC 3339 or as files write it (`Moment(inFile:)`). Numbers are not dates.
    public var asDate: Moment? {
        switch self {
        case .text(let text): Moment(inFile: text)
        case .list(let entries): entries.count == 1 ? Moment(inFile: entries[0]) : nil
        case .number, .flag: nil
        }
    }
}

extension Moment {
    /// Days, with fractions, from `other` to this; negative if this is earlier.
    public func days(since other: Moment) -> Double { seconds(since: other) / 86_400 }
}
