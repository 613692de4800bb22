/// The model itself: an intercept, one table of points per attribute, and one per pair of attributes that earns it. The
/// log-odds of a record are the intercept plus the points of the bins that its attributes fall into, plus those of the
/// cells that its pairs fall into; nothing else enters, so the reasons add up.
public struct Scorecard: Equatable, Sendable {
    public var entity: Entity { didSet { prepare() } }
    /// In log-odds.
    public var intercept: Double
    public var attributes: [Attribute] { didSet { prepare() } }
    public var pairs: [Pair] { didSet { prepare() } }
    /// Texts that count as missing besides empty ones, as given; case and blanks around them do not matter.
    public var missing: [String] { didSet { prepare() } }
    public var stages: Stages { didSet { prepare() } }
    /// Every attribute of the data by name: whether it is used, and why.
    public var selection: [Choice]
    public var training: Training
    public var quality: Quality

    /// What follows from all that, worked out once.
    private(set) var prepared: PreparedScorecard

    public init(
        entity: Entity, intercept: Double, attributes: [Attribute], pairs: [Pair] = [], missing: [String],
        stages: Stages = Stages(), selection: [Choice] = [], training: Training, quality: Quality
    ) {
        (self.entity, self.intercept, self.attributes, self.pairs) = (entity, intercept, attributes, pairs)
        (self.missing, self.selection, self.training, self.quality) = (missing, selection, training, quality)
        self.stages = stages
        prepared = PreparedScorecard(entity, attributes, pairs, missing: missing, stages: stages)
    }

    private mutating func prepare() {
        prepared = PreparedScorecard(entity, attributes, pairs, missing: missing, stages: stages)
    }

    /// One attribute: how its values fall into bins, and what each bin is worth.
    public struct Attribute: Equatable, Sendable {
        public var name: String
        public var reading: Reading
        /// In this order: those of the values, then missing, then rare (not of numbers and ages), then unseen.
        public var bins: [Bin]

        public init(name: String, reading: Reading, bins: [Bin]) {
            (self.name, self.reading, self.bins) = (name, reading, bins)
        }

        /// How many bins are for values of their own.
        public var valueBinCount: Int { bins.count - reading.specialBinCount }
        public var missingBin: Int { valueBinCount }
        /// Where values fall that fewer than five training records had; numbers and ages have none.
        public var rareBin: Int? { reading.levels == nil ? nil : missingBin + 1 }
        /// Where a number's text that is no number falls (a date's that is no date), or a category that training never
        /// saw.
        public var unseenBin: Int { bins.count - 1 }
        /// How many of the bins, which stand first, are in an order.
        public var orderedCount: Int { reading.edges == nil ? reading.levels?.orderedCount ?? 0 : valueBinCount }
        /// Whether these bins are in order among themselves.
        func isOrdered(_ bins: [Int]) -> Bool { bins.allSatisfy { $0 < orderedCount } }
        /// How many words of the evidence belong to this attribute.
        public var evidenceWords: Int { reading.isList ? (bins.count + 15) / 16 : 1 }
    }

    public struct Bin: Equatable, Sendable {
        /// What a person reads: "Google", "3 to 7", "missing".
        public var label: String
        /// In log-odds.
        public var points: Double
        /// Closed records of the training that fell into it, and those that ended well.
        public var records: Int
        public var positives: Int
        /// The number of days within which half of the positives closed; nil if the data doesn't contain it.
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
        }

        public var attribute: String
        public var reason: Reason
        /// What was warned of, for a person. A suspected leak stays used.
        public var warning: String?

        public var isUsed: Bool { reason == .used }

        public init(attribute: String, reason: Reason, warning: String? = nil) {
            (self.attribute, self.reason, self.warning) = (attribute, reason, warning)
        }
    }

    /// What the scorecard was made from. No clock, name or path: the same data and seed give the same bytes.
    public struct Training: Equatable, Codable, Sendable {
        /// The newest date in the data, by which ages and the window are taken; RFC 3339, nil if it has none.
        public var asOf: String?
        public var positives: Int
        public var negatives: Int
        public var seed: UInt64

        public init(asOf: String?, positives: Int, negatives: Int, seed: UInt64) {
            (self.asOf, self.positives, self.negatives, self.seed) = (asOf, positives, negatives, seed)
        }
    }

    /// Measured on predictions for records that the model was not fitted on: out of bag, or in formats 1 and 2 possibly by
    /// cross-validation.
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
