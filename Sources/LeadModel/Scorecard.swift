/// The model itself: an intercept and one table of points per attribute. The log-odds of a record are the intercept plus
/// the points of the bin that each attribute falls into; nothing else enters, so the reasons add up.
public struct Scorecard: Equatable, Sendable {
    public var entity: Entity { didSet { prepare() } }
    /// In log-odds.
    public var intercept: Double
    public var attributes: [Attribute] { didSet { prepare() } }
    /// Texts that count as missing besides empty ones, as given; case and blanks around them do not matter.
    public var missing: [String] { didSet { prepare() } }
    public var training: Training
    public var quality: Quality

    /// How values find their bins: follows from attributes and missing.
    private var lookup: BinLookup
    /// What the bins tell, as results write it: follows from all the rest.
    private(set) var rendering = Rendering()

    public init(
        entity: Entity, intercept: Double, attributes: [Attribute], missing: [String], training: Training,
        quality: Quality
    ) {
        (self.entity, self.intercept, self.attributes) = (entity, intercept, attributes)
        (self.missing, self.training, self.quality) = (missing, training, quality)
        lookup = BinLookup(attributes, missing: missing)
    }

    private mutating func prepare() { (lookup, rendering) = (BinLookup(attributes, missing: missing), Rendering()) }

    /// One attribute: how its values fall into bins, and what each bin is worth.
    public struct Attribute: Equatable, Sendable {
        public var name: String
        public var reading: Reading
        /// In this order: those of the values, then missing, then rare (categories alone), then unseen.
        public var bins: [Bin]

        public init(name: String, reading: Reading, bins: [Bin]) {
            (self.name, self.reading, self.bins) = (name, reading, bins)
        }

        /// How many bins are for values of their own.
        public var valueBinCount: Int { bins.count - reading.specialBinCount }
        public var missingBin: Int { valueBinCount }
        /// Where a number's text that is no number falls, or a category that training never saw.
        public var unseenBin: Int { bins.count - 1 }
    }

    /// How a value finds its bin.
    public enum Reading: Equatable, Sendable {
        /// Rising edges: a number x falls into the bin with as many edges ≤ x before it. Text that is a number is one.
        case number(edges: [Double])
        /// By what a value is as a category (`Value.asCategory`).
        case category(Levels)

        var specialBinCount: Int {
            switch self {
            case .number: 2
            case .category: 3
            }
        }
    }

    public struct Levels: Equatable, Sendable {
        /// The bin of each category that has one.
        public var bins: [String: Int]
        /// Of categories that fewer than five records had: the low 32 bits of FNV-1a, since an artifact names nobody's
        /// own values. Where there were too many to list, nothing: then what has no bin counts as rare, as most did.
        public var rare: Set<UInt32>?

        public init(bins: [String: Int], rare: Set<UInt32>?) { (self.bins, self.rare) = (bins, rare) }

        public static func fingerprint(_ category: String) -> UInt32 {
            UInt32(truncatingIfNeeded: FNV1a.hash(category))
        }
    }

    public struct Bin: Equatable, Sendable {
        /// What a person reads: "Google", "3 to 7", "missing".
        public var label: String
        /// In log-odds.
        public var points: Double
        /// Closed records of the training that fell into it, and those that ended well.
        public var records: Int
        public var positives: Int
        /// Half of those that ended well did so within so many days, where the data tells.
        public var medianDays: Double?

        public init(label: String, points: Double, records: Int, positives: Int, medianDays: Double? = nil) {
            (self.label, self.points, self.records, self.positives) = (label, points, records, positives)
            self.medianDays = medianDays
        }
    }

    /// What the scorecard was made from. No clock, name or path: the same data and seed give the same bytes.
    public struct Training: Equatable, Codable, Sendable {
        /// The newest date in the data, by which ages and the window are taken; RFC 3339, nothing if it has none.
        public var asOf: String?
        public var positives: Int
        public var negatives: Int
        public var seed: UInt64

        public init(asOf: String?, positives: Int, negatives: Int, seed: UInt64) {
            (self.asOf, self.positives, self.negatives, self.seed) = (asOf, positives, negatives, seed)
        }
    }

    /// Measured on predictions for records that the fit had not seen.
    public struct Quality: Equatable, Codable, Sendable {
        public var folds: Int
        public var auc: Double
        public var logLoss: Double
        public var accuracy: Double

        public init(folds: Int, auc: Double, logLoss: Double, accuracy: Double) {
            (self.folds, self.auc, self.logLoss, self.accuracy) = (folds, auc, logLoss, accuracy)
        }
    }
}

extension Scorecard {
    /// Which bin each attribute of the scorecard falls into.
    public func evidence(of attributes: some Sequence<(name: Exact, value: Value)>) -> Evidence {
        var bins = lookup.missingBins
        for (name, value) in attributes {
            guard let index = lookup.index(of: name) else { continue }
            bins[index] = UInt16(lookup.bin(of: value, at: index))
        }
        return Evidence(bins: bins)
    }

    public func evidence(of record: Record) -> Evidence {
        var bins = lookup.missingBins
        lookup.eachBin(of: record) { index, bin in bins[index] = UInt16(bin) }
        return Evidence(bins: bins)
    }

    /// The bin that a value falls into.
    public func bin(of value: Value, in attribute: Attribute) -> Int {
        BinLookup([attribute], missing: missing).bin(of: value, at: 0)
    }

    /// The sum of intercept and points, in the order of the attributes: bit for bit the same for the same evidence.
    public func logOdds(_ evidence: Evidence) -> Double {
        var sum = intercept
        for (index, bin) in evidence.bins.enumerated() { sum += attributes[index].bins[Int(bin)].points }
        return sum
    }

    public func probability(_ evidence: Evidence) -> Double { logistic(logOdds(evidence)) }

    /// Whether the evidence is one of this scorecard: as many bins as attributes, none beyond its table.
    public func fits(_ evidence: Evidence) -> Bool {
        evidence.bins.count == attributes.count
            && zip(evidence.bins, attributes).allSatisfy { Int($0) < $1.bins.count }
    }
}

/// The bins that a record's attributes fell into, in the order of the scorecard's attributes. With the version, the
/// log-odds and every reason follow from it for ever.
public struct Evidence: Equatable, Sendable {
    public var bins: [UInt16]

    public init(bins: [UInt16]) { self.bins = bins }
}
