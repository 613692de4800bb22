import LeadModel

extension RecordStore {
    /// A new state of a record that was loaded.
    public struct Change: Sendable {
        public var place: Place
        /// The revision that was loaded; 0 if nothing was stored.
        public var expected: UInt64
        public var record: Record
        /// `isScored`: it has a new scoring; `counts`: its first in the month.
        public var isScored: Bool
        public var counts: Bool
        /// For an account or contact: its referrers need a fan-out.
        public var fansOut = false
        /// The epoch of the registry under which it was scored, or under which no score was due.
        public var epoch: Int64 = 0
        /// The fencing token if the change is work of a sweep.
        public var token: Int64?
        /// Changes of the record's entries in the schedule.
        public var expiring: [ScheduleChange] = []

        public init(place: Place, expected: UInt64, record: Record, isScored: Bool, counts: Bool) {
            (self.place, self.expected, self.record) = (place, expected, record)
            (self.isScored, self.counts) = (isScored, counts)
        }
    }

    /// The outcome of a change.
    public enum CommitAnswer: Equatable, Sendable {
        case stored
        /// Another lane changed the record first: load it again.
        case overtaken
        /// The partition's sweep began with a newer registry than the scoring's: read the registry and load again.
        case oldRegistry
        /// Another lane has the partition's lease now.
        case fenced
        /// Nothing was stored, because a key of the partition can't be used: Redis's error.
        case damaged(String)
    }
}
