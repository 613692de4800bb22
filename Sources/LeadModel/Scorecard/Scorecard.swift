/// The model: an intercept, one table of points per attribute, and one per pair and per triple of attributes that earns
/// it. A record's log-odds are the sum of the intercept, the points of the bins that its attributes fall into, and the
/// points of the cells that its pairs and triples fall into. Nothing else counts, so the reasons add up to the log-odds.
public struct Scorecard: Equatable, Sendable {
    public var entity: Entity { didSet { prepare() } }
    /// In log-odds.
    public var intercept: Double
    public var attributes: [Attribute] { didSet { prepare() } }
    public var pairs: [Pair] { didSet { prepare() } }
    public var triples: [Triple] { didSet { prepare() } }
    /// Texts that count as missing in addition to empty ones. Case and surrounding whitespace don't matter.
    public var missing: [String] { didSet { prepare() } }
    /// Null words (`NullWord`) that are values. All others count as missing.
    public var keep: [String] { didSet { prepare() } }
    public var stages: Stages { didSet { prepare() } }
    /// For every attribute of the data: whether it is used, and why.
    public var selection: [Choice]
    public var training: Training { didSet { prepare() } }
    public var quality: Quality
    /// Names of attributes that nobody can change, so that nothing is suggested for them; nil: those that read like it
    /// (`FixedAttribute`).
    public var fixed: [String]?
    /// Which records it was trained on, and scores once it is published.
    public var scope = ModelScope.everything

    /// Derived from the properties above, computed whenever one of them changes.
    private(set) var prepared: PreparedScorecard

    public init(
        entity: Entity, intercept: Double, attributes: [Attribute], pairs: [Pair] = [], triples: [Triple] = [],
        missing: [String], keep: [String] = [], stages: Stages = Stages(), selection: [Choice] = [], training: Training,
        quality: Quality
    ) {
        (self.entity, self.intercept, self.attributes) = (entity, intercept, attributes)
        (self.pairs, self.triples) = (pairs, triples)
        (self.missing, self.selection, self.training, self.quality) = (missing, selection, training, quality)
        (self.keep, self.stages) = (keep, stages)
        prepared = PreparedScorecard(
            entity, attributes, pairs, triples, MissingValues(missing, keep: keep), stages, training)
    }

    private mutating func prepare() {
        prepared = PreparedScorecard(
            entity, attributes, pairs, triples, MissingValues(missing, keep: keep), stages, training)
    }

    /// One attribute: how its values fall into bins, and what each bin is worth.
    public struct Attribute: Equatable, Sendable {
        public var name: String
        public var reading: Reading
        /// In this order: the bins of values, missing, rare (not for numbers and ages), unseen.
        public var bins: [Bin]
        /// How its values are spelled, where a value alone doesn't say it.
        public var values: ValueReading

        public init(name: String, reading: Reading, bins: [Bin], values: ValueReading = .plain) {
            (self.name, self.reading, self.bins, self.values) = (name, reading, bins, values)
        }

        /// The number of bins of values: all except missing, rare and unseen.
        public var valueBinCount: Int { bins.count - reading.specialBinCount }
        public var missingBin: Int { valueBinCount }
        /// The bin of values that fewer than five training records had; nil for numbers and ages.
        public var rareBin: Int? { reading.levels == nil ? nil : missingBin + 1 }
        /// The bin of categories that didn't occur in training. For a number, it is the bin of values that are not
        /// numbers; for an age, of values that are not dates.
        public var unseenBin: Int { bins.count - 1 }
        /// The bins of groups' other categories.
        public var groupBins: Set<Int> { Set((reading.levels?.groups ?? [:]).values) }
        /// How many of the first bins are ordered.
        public var orderedCount: Int { reading.edges == nil ? reading.levels?.orderedCount ?? 0 : valueBinCount }
        /// Whether all these bins are among the ordered ones.
        func isOrdered(_ bins: [Int]) -> Bool { bins.allSatisfy { $0 < orderedCount } }
        /// The number of words that this attribute takes in the evidence.
        public var evidenceWords: Int { reading.isList ? (bins.count + 15) / 16 : 1 }
    }

    public struct Bin: Equatable, Sendable {
        /// The display text: "Google", "3 to 7", "missing".
        public var label: String
        /// In log-odds.
        public var points: Double
        /// The number of training records in this bin, and of the positives among them.
        public var records: Int
        public var positives: Int
        /// The number of days within which half of the positives closed; nil if it is not known.
        public var medianDays: Double?

        public init(label: String, points: Double, records: Int, positives: Int, medianDays: Double? = nil) {
            (self.label, self.points, self.records, self.positives) = (label, points, records, positives)
            self.medianDays = medianDays
        }
    }

    /// Whether the training used an attribute of the data, and why.
    public struct Choice: Equatable, Sendable {
        public enum Reason: String, Codable, CaseIterable, Sendable {
            case used
            case excluded = "excluded by the admin"
            case notSelected = "not selected by the admin"
            case constant
            case identifier
            case unreadable
            case twin = "says the same as another attribute"
            case sensitive = "sensitive, and barred"
        }

        public var attribute: String
        public var reason: Reason
        /// The text of a warning about the attribute. A suspected leak is still used.
        public var warning: String?

        public var isUsed: Bool { reason == .used }

        public init(attribute: String, reason: Reason, warning: String? = nil) {
            (self.attribute, self.reason, self.warning) = (attribute, reason, warning)
        }
    }

    /// What the scorecard was trained on. It contains no clock time, name or path, so the same data and seed give the
    /// same bytes.
    public struct Training: Equatable, Codable, Sendable {
        /// The reference date for ages and the training window: the newest date in the data. RFC 3339; nil if the data
        /// has no dates.
        public var asOf: String?
        public var positives: Int
        public var negatives: Int
        public var seed: UInt64

        public init(asOf: String?, positives: Int, negatives: Int, seed: UInt64) {
            (self.asOf, self.positives, self.negatives, self.seed) = (asOf, positives, negatives, seed)
        }
    }

    /// Figures from predictions for records that the model was not fitted on. They are out-of-bag predictions; a
    /// scorecard of format 1 or 2 may have used cross-validation.
    public struct Quality: Equatable, Codable, Sendable {
        public var bags: Int?
        public var folds: Int?
        public var auc: Double
        public var logLoss: Double
        public var accuracy: Double

        public init(bags: Int? = nil, folds: Int? = nil, auc: Double, logLoss: Double, accuracy: Double) {
            (self.bags, self.folds, self.auc) = (bags, folds, auc)
            (self.logLoss, self.accuracy) = (logLoss, accuracy)
        }

        /// How it was measured: "out-of-bag (25 bags)" or "cross-validation (5 folds)".
        public var method: String {
            bags.map { "out-of-bag (\($0) bags)" } ?? "cross-validation (\(folds ?? 0) folds)"
        }
    }
}
