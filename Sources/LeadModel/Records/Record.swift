/// What is stored of one lead or opportunity: its merged state, its current scoring, and what it remembers of its past.
public struct Record: Equatable, Sendable {
    /// A value with the stamp of the event that set it; a nil value is the tombstone of a null.
    public struct Cell: Equatable, Sendable {
        public var stamp: Stamp
        public var value: Value?
        /// Nil for a value that is as it was given.
        public var adjustment: Adjustment?

        public init(stamp: Stamp, value: Value?, adjustment: Adjustment? = nil) {
            (self.stamp, self.value, self.adjustment) = (stamp, value, adjustment)
        }

        /// What a null leaves behind. A value that was dropped is no null: it says so for as long as a value would be kept.
        var isTombstone: Bool { value == nil && adjustment == nil }
    }

    /// The greatest revision that is read from outside: 2⁵². A revision is a time in milliseconds, and the years up to 9999
    /// end far below. Results carry it as a JSON number, which is exact up to 2⁵³.
    public static let greatestRevision: UInt64 = 1 << 52

    /// The number of the stored state; 0: nothing is stored yet. Never restarts.
    public var revision: UInt64 = 0
    /// The revision at which a value that counts for scoring last changed, or the record went or came back.
    public var valuesRevision: UInt64 = 0
    public var cells = SortedTable<Field, Cell>()
    /// By prefix: the stamp of the newest snapshot that speaks for it. Older values do not count.
    public var floors = SortedTable<Exact, Stamp>()
    public var deleted: Stamp?
    public var isErased = false
    /// Whether a `created` or `imported` event of it was ever seen.
    public var creationSeen = false
    /// Open, and something that scoring reads changed since its last scoring.
    public var isPending = false
    public var scoring: Scoring?
    public var notice: Notice?
    /// The transitions of results before these, the newest last, each once. A repeat sends the present state under them.
    public var superseded: [Transition] = []
    /// The sweep that last wrote it; 0: none.
    public var sweepMark: UInt64 = 0
    /// The month in which it was last counted.
    public var monthCounted: Month?

    public init() {}
}

extension Record {
    public func value(_ field: Field) -> Value? { cells[field]?.value }

    public func text(_ field: Field) -> String? {
        if case .text(let text)? = value(field) { text } else { nil }
    }

    public func moment(_ field: Field) -> Moment? {
        if case .number(let milliseconds)? = value(field) { Moment(stored: milliseconds) } else { nil }
    }

    /// Deleted by no earlier event than its newest snapshot, or erased.
    public var isGone: Bool { isErased || deleted.map { deleted in floors[""].map { deleted > $0 } ?? true } ?? false }

    /// Whether a snapshot of it came: only then can it be scored.
    public var isWhole: Bool { floors[""] != nil }

    public var status: Status { text(.status).flatMap(Status.init(rawValue:)) ?? .open }

    public var isOpen: Bool { !isGone && isWhole && status == .open }

    /// The outcome, if it is closed with one.
    public var outcome: Status? { !isGone && isWhole && status != .open ? status : nil }

    /// When it came to be: as given, else the time of its `created` event.
    public var createdAt: Moment? { moment(.createdAt) ?? moment(.creation) }

    /// When it ended: as given, else the time of the event that said so. Nil while it is open.
    public var closedAt: Moment? {
        outcome == nil ? nil : moment(.closedAt) ?? cells[.status]?.stamp.time
    }

    /// The time of the newest event that its state depends on.
    public var newestEvent: Moment? {
        var newest = deleted?.time
        func count(_ time: Moment) { newest = max(newest ?? time, time) }
        for cell in cells.entries { count(cell.value.stamp.time) }
        for floor in floors.entries { count(floor.value.time) }
        return newest
    }

    /// The attributes that have a value.
    public var attributes: [Exact: Value] {
        var attributes: [Exact: Value] = [:]
        for cell in cells.entries {
            if case .attribute(let name) = cell.key, let value = cell.value.value { attributes[name.exact] = value }
        }
        return attributes
    }

    /// Whether scoring would read the same of both, whatever model is published.
    func hasSameValuesForScoring(as other: Record) -> Bool {
        // What is gone has no values, whatever patches wait for its return.
        guard !isGone, !other.isGone else { return isGone == other.isGone }
        guard createdAt == other.createdAt else { return false }
        return valuesForScoring.elementsEqual(other.valuesForScoring) {
            $0.key == $1.key && $0.value.value == $1.value.value
        }
    }

    private var valuesForScoring: some Sequence<SortedTable<Field, Cell>.Entry> {
        cells.entries.lazy.filter { $0.value.value != nil && $0.key.isValueForScoring }
    }
}

extension SortedTable where Key == Field, Value == Record.Cell {
    /// The same as `isTombstone` of the entry there, which is read in place and not copied: every merge and every commit asks
    /// for each cell.
    func isTombstone(at place: Int) -> Bool {
        entries[place].value.value == nil && entries[place].value.adjustment == nil
    }

    /// - Parameter cells: in any order, each field once.
    public init(_ cells: [Entry]) {
        var cells = cells
        Field.sort(&cells, by: \.key)
        self.init(rising: cells)
    }
}

extension Field {
    /// `createdAt` and `creation` count as the one value that they make together.
    fileprivate var isValueForScoring: Bool { countsForScoring && self != .createdAt && self != .creation }
}
