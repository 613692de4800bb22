/// How long expired state is kept, in days from the commit that made it obsolete.
public struct Retention: Hashable, Sendable {
    /// The training window: how long a closed record is kept.
    public var window: Int
    /// The tombstone of a deleted record.
    public var deletedDays: Int
    /// The tombstone of an erased one: longer than any replay.
    public var erasedDays: Int
    /// The tombstone of a null.
    public var marksDays: Int

    public init(window: Int = 730, deletedDays: Int = 30, erasedDays: Int = 396, marksDays: Int = 30) {
        (self.window, self.deletedDays, self.erasedDays, self.marksDays) = (window, deletedDays, erasedDays, marksDays)
    }

    /// How long the counters of a day are kept after it has ended.
    static let dayCounters: Int = 400
}
