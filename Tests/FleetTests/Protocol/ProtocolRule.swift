/// What the protocol rests on. The world can be run without some of it.
enum ProtocolRule: String, CaseIterable {
    /// After a scoring's commit, and on every repeat, the entities that it read are looked at once more.
    case again
    /// A commit without an answer makes its turn a repeat.
    case answer
    /// A change of an entity starts its pending fan-out from the beginning.
    case anew
    /// A process that starts a sweep reads the requests before the registry that they are about.
    case asksFirst
    /// A commit compares the revision.
    case compare
    /// A start sets the oldest registry that its partition still accepts.
    case epoch
    /// A lane that leases a partition fences off its former holder.
    case fence
    /// A full sweep's work set that was filled in part is filled from the beginning.
    case fill
    /// A snapshot removes what is older.
    case floor
    /// After the scores of a deleted model the next sweep is a full one, whatever was swept before. (See `noticed`.)
    case forget
    /// What a holder takes out of the work set is stored as in flight until it is settled.
    case hand
    /// That a record refers to an entity is stored before the entity is read. (See `cover`.)
    case index
    /// A record remembers the sweep that wrote it.
    case mark
    /// A record remembers the month it was counted in.
    case month
    /// A repeat publishes the latest notice too.
    case notice
    /// A sweep's start does nothing if it was started before, or an older one still has work.
    case once
    /// A result that a consumer's queue refused goes again under its key, with the record's present state.
    case refused
    /// A sweep takes the dirty set away whole.
    case rename
    /// What was published and taken back between two sweeps makes the next one a full one.
    case publications
    /// Work that is delivered again publishes what is stored, whether it changes it or not.
    case `repeat`
    /// A record whose score has read a fan-out's change already is published again: the lane that scored it may have died
    /// before it published that.
    case retell
    /// A record remembers that its creation was seen.
    case seen
    /// A message is acknowledged only after its results are published.
    case settle
    /// A record remembers the keys of superseded results; a repeat sends the present state under each.
    case superseded
    /// A change of an entity with many referrers stays a pending fan-out until all of them have it.
    case telling
    /// A change of an entity is a change of the records that refer to it.
    case touch

    /// The rule that protects all that this one protects too, so that leaving out this one alone can't be noticed:
    /// `index` is needed before the commit; that it comes before the read protects from a change between the two, and after
    /// its commit a scoring looks again, and finds that change. Histories that keep their promises without the cover show
    /// that the rule protects as well.
    var cover: ProtocolRule? { self == .index ? .again : nil }

    /// The rules whose absence is noticed.
    ///
    /// Nothing can depend on `forget`: a record that has lost its score is pending, so the next sweep takes it whether it is
    /// full or not; and each publication counts (`publications`), so it is a full one anyway.
    static let noticed = allCases.filter { $0 != .forget }
}
