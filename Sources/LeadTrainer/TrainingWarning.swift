import LeadModel

/// Something about the data that a person should know. Names attributes and stages, never another value of a record.
public struct TrainingWarning: Equatable, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        /// Left out: the same for all records, or for all but too few to learn from.
        case constant
        /// Left out: it identifies records.
        case identifier
        /// Kept: it alone predicts the outcome almost perfectly, as an attribute filled in after the outcome does.
        case suspectedLeak
        /// Left out: a suspected leak, where the options say so.
        case excludedSuspect
        /// Left out: it says the same as another attribute.
        case twin
        /// Sex, age, religion and the like, by their names; said once for all of them. Left out if the options bar them.
        case sensitive
        /// Counts as missing for some or all: a stage that only closing leads to.
        case closingStage
        /// Stages that the order which was given does not name.
        case stageOrder
        /// Records that were created before the training window, or after its end.
        case outsideWindow
        /// Records that are others again, or nearly.
        case duplicates
        /// The newest records differ from what the older ones predict, and scores follow half of it.
        case moved
        /// Words such as NULL that count as missing.
        case nullWords
        /// Values that can't be read like the others; the attribute may be left out for it.
        case unreadable
        /// Read in one of several ways that its values allow.
        case guessedSpelling
    }

    /// What the values leave open, as it was taken.
    public enum Guess: Hashable, Sendable {
        case dateOrder(DateOrder)
        case decimal(DecimalSign)
    }

    public var kind: Kind
    public var attribute: String?
    public var description: String
    /// Of a guessed spelling that an option decides.
    public var guess: Guess?

    public init(kind: Kind, attribute: String?, description: String, guess: Guess? = nil) {
        (self.kind, self.attribute, self.description, self.guess) = (kind, attribute, description, guess)
    }
}
