/// How long what is no longer needed is kept, in days from the commit that made it so.
public struct Retention: Hashable, Sendable {
    /// The training window: how long a closed record is kept.
    public var window: Double
    /// The tombstone of a deleted record.
    public var deletedDays: Double
    /// The tombstone of an erased one: longer than any replay.
    public var erasedDays: Double
    /// The mark that a null leaves.
    public var marksDays: Double

    public init(window: Double = 730, deletedDays: Double = 30, erasedDays: Double = 396, marksDays: Double = 30) {
        (self.window, self.deletedDays, self.erasedDays, self.marksDays) = (window, deletedDays, erasedDays, marksDays)
    }

    /// How long the counters of a day are kept after it has ended.
    static let dayCounters: Double = 400
}
