import LeadModel

/// What training gives.
public struct TrainingResult: Sendable {
    public var scorecard: Scorecard
    /// By record index: the calibrated probability that bags gave which had left the record out. Nothing for records
    /// outside the window, and for the few that no bag left out.
    public var outOfBagProbabilities: [Double?]
    /// Attribute by attribute in the order of their names; what concerns all records stands first.
    public var warnings: [TrainingWarning]

    public init(scorecard: Scorecard, outOfBagProbabilities: [Double?], warnings: [TrainingWarning]) {
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
