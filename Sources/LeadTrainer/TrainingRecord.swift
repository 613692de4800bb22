import LeadModel

/// A closed record to learn from.
public struct TrainingRecord: Sendable {
    /// In any order. What is absent is missing; of a name given twice the last value counts.
    public var attributes: [(name: Exact, value: Value)]
    /// Qualified or won; else disqualified or lost.
    public var isPositive: Bool
    /// Nothing: not known, and so within the training window.
    public var createdAt: Moment?
    public var closedAt: Moment?

    public init(
        attributes: [(name: Exact, value: Value)], isPositive: Bool, createdAt: Moment? = nil, closedAt: Moment? = nil
    ) {
        (self.attributes, self.isPositive) = (attributes, isPositive)
        (self.createdAt, self.closedAt) = (createdAt, closedAt)
    }
}

/// What training gives.
public struct TrainingResult: Sendable {
    public var scorecard: Scorecard
    /// By record index: the calibrated probability that bags gave which had left the record out. Nothing for records
    /// outside the window, and for the few that no bag left out.
    public var outOfBagProbabilities: [Double?]
    /// Attribute by attribute in the order of their names; what concerns all records stands first.
    public var warnings: [Warning]

    public init(scorecard: Scorecard, outOfBagProbabilities: [Double?], warnings: [Warning]) {
        (self.scorecard, self.outOfBagProbabilities) = (scorecard, outOfBagProbabilities)
        self.warnings = warnings
    }
}

/// How far the training is.
public struct TrainingProgress: Equatable, Sendable {
    /// "fold 2 of 5", in words for a person.
    public var phase: String
    /// Of the whole training, 0…1; never falls.
    public var fraction: Double

    public init(phase: String, fraction: Double) { (self.phase, self.fraction) = (phase, fraction) }
}

/// Something about the data that a person should know. Names attributes and stages, never another value of a record.
public struct Warning: Equatable, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// Left out: the same for all records, or for all but too few to learn from.
        case constant
        /// Left out: it tells records apart, not kinds of records.
        case identifier
        /// Kept: it alone tells the outcome almost perfectly, as what is filled in after the outcome does.
        case suspectedLeak
        /// Counts as missing for some or all: a stage that only closing leads to.
        case closingStage
        /// Stages that the order which was given does not name.
        case stageOrder
        /// Records that were created before the training window, or after its end.
        case outsideWindow
    }

    public var kind: Kind
    public var attribute: String?
    public var description: String

    public init(kind: Kind, attribute: String?, description: String) {
        (self.kind, self.attribute, self.description) = (kind, attribute, description)
    }
}

/// Why there is no scorecard.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// Counted within the window, which starts at the UTC day `since` if the data has dates.
    case tooFew(entity: Entity, positives: Int, negatives: Int, needed: Int, since: String?)
    /// Every attribute is constant or an identifier, or there is none.
    case nothingToLearnFrom(Entity)
    case invalidOption(String, String)
    /// Tables per stage were asked for: closed records in each stage, the most first.
    case tooFewPerStage(entity: Entity, counts: [Int], needed: Int)

    public var description: String {
        switch self {
        case .tooFew(let entity, let positives, let negatives, let needed, let since):
            let (good, bad) = entity.outcomes
            let created = since.map { " created since \($0)" } ?? ""
            return "\(positives) \(good.rawValue) and \(negatives) \(bad.rawValue) \(entity.plural)\(created); "
                + "\(needed) of each are needed"
        case .nothingToLearnFrom(let entity):
            return "no attribute is left to learn from: in these \(entity.plural) each one is always the same or an id"
        case .tooFewPerStage(let entity, let counts, let needed):
            let some = counts.prefix(10).map(String.init).joined(separator: ", ")
            let there = counts.isEmpty ? "none has a stage" : "in their stages are \(some)"
            return "tables per stage need \(needed) closed \(entity.plural) in each of at least two stages; \(there)"
        case .invalidOption(let name, let rule): return "training option \(name): \(rule)"
        }
    }
}
