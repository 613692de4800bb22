import LeadModel

/// The records to train on. They are added one by one and kept by attribute as columns of numbers. A million records
/// therefore need a few bytes per value, and only one text per distinct text.
///
/// The training consumes the table. Use it from one thread only.
public final class TrainingTable {
    public let options: TrainingOptions
    /// Records added.
    public var count: Int { outcomes.count }
    /// Those of them that ended well.
    public var positives: Int { outcomes.count { $0 } }
    private(set) var outcomes: [Bool] = []
    private var created: [Int64] = []
    private var closed: [Int64] = []
    /// The rows as they are read, in the order that they were put in; empty: as they came.
    private var order: [Int] = []
    private var readers: [ColumnReader] = []
    private var readerByName: [Exact: Int] = [:]
    /// By reader: why its attribute is not used, if the admin excluded or didn't select it.
    private var deselected: [Scorecard.Choice.Reason?] = []
    private let missing: MissingKeys
    private var spelling: SpellingOptions { .init(decimal: options.decimal, dateOrder: options.dateOrder) }
    private let excluded, only: Set<Exact>
    /// What stands for a date that is not known.
    static let unknown = Int64.min
    /// Of stored records: the hashes of their ids.
    private var keys: [UInt64] = []
    private(set) var lateFilling = LateFilling()
    /// Of the open records.
    public var open = OpenStages()
    /// By row, when the record entered its stage; empty if no row has a date.
    private var stageSince: [Int64] = []
    /// The readers of these attributes.
    private var stagePlace, stageSincePlace: Int?

    /// - Parameter options: those of the training; what counts as missing is read at once.
    public init(options: TrainingOptions = TrainingOptions()) {
        self.options = options
        missing = MissingKeys(options.missing, keep: options.keep)
        (excluded, only) = (Set(options.exclude.map { Exact($0) }), Set(options.only.map { Exact($0) }))
    }

    /// Adds a closed record.
    ///
    /// - Parameters:
    ///   - attributes: in any order. What is absent is missing; of a name given twice the last value counts.
    ///   - isPositive: qualified or won; else disqualified or lost.
    ///   - createdAt: nil: not known, and so within the training window.
    public func add(
        attributes: some Sequence<(name: Exact, value: Value)>, isPositive: Bool, createdAt: Moment? = nil,
        closedAt: Moment? = nil
    ) {
        let row = outcomes.count
        outcomes.append(isPositive)
        created.append(createdAt?.microseconds ?? Self.unknown)
        closed.append(closedAt?.microseconds ?? Self.unknown)
        var guess = 0
        for (name, value) in attributes {
            // Records mostly name their attributes in the same order.
            let place: Int
            if guess < readers.count, readers[guess].name == name {
                place = guess
            } else if let known = readerByName[name] {
                place = known
            } else {
                place = readers.count
                readerByName[name] = place
                readers.append(ColumnReader(name: name, options: spelling))
                if name == CoreAttribute.stage.name { stagePlace = place }
                if name == CoreAttribute.stageSince.name { stageSincePlace = place }
                deselected.append(
                    excluded.contains(name) ? .excluded : only.isEmpty || only.contains(name) ? nil : .notSelected)
            }
            guess = place + 1
            // The stage decides whether days in stage reveal the outcome, so it is read even if it is not used
            // itself.
            if deselected[place] == nil || place == stagePlace {
                readers[place].read(value, row: row, missing: missing)
            }
            if place == stageSincePlace, let date = value.asDate { keep(date, ofRow: row) }
        }
    }

    private func keep(_ stageSince: Moment, ofRow row: Int) {
        while self.stageSince.count < row { self.stageSince.append(Self.unknown) }
        if self.stageSince.count > row { self.stageSince.removeLast() }
        self.stageSince.append(stageSince.microseconds)
    }

    /// Adds a stored record if it is closed with an outcome. Deleted or erased records, and records known only from
    /// patches, are not added. For an open record, only the stage is noted. Stored records arrive in no repeatable
    /// order, so the table sorts them: by creation, then by id.
    ///
    /// - Returns: whether it was added.
    @discardableResult
    public func add(_ record: Record, id: Exact) -> Bool {
        guard let outcome = record.outcome else {
            if record.isOpen { open.add(record.reading(.stage)) }
            return false
        }
        let attributes = record.cells.entries.lazy.compactMap { cell in
            cell.key.attributeName.flatMap { name in cell.value.value.map { (name: name.exact, value: $0) } }
        }
        keys.append(FNV1a.hash(id.text))
        lateFilling.add(record)
        add(
            attributes: Array(attributes) + record.coreAttributes,
            isPositive: outcome == options.entity.outcomes.positive,
            createdAt: record.createdAt, closedAt: record.closedAt)
        return true
    }

    public func add(_ record: TrainingRecord) {
        add(
            attributes: record.attributes, isPositive: record.isPositive, createdAt: record.createdAt,
            closedAt: record.closedAt)
    }

    func createdAt(_ row: Int) -> Moment? { moment(created[row]) }
    func closedAt(_ row: Int) -> Moment? { moment(closed[row]) }

    private func moment(_ microseconds: Int64) -> Moment? {
        microseconds == Self.unknown ? nil : Moment(microseconds: microseconds)
    }

    /// Puts stored records in order.
    func sort() {
        guard keys.count == count else { return }
        func last(_ row: Int) -> Int64 { created[row] == Self.unknown ? .max : created[row] }
        order = (0..<count).sorted { (last($0), keys[$0]) < (last($1), keys[$1]) }
        (outcomes, created, closed) = (order.map { outcomes[$0] }, order.map { created[$0] }, order.map { closed[$0] })
        keys = []
    }

    /// The names that the admin chose or left out and that no record has.
    public var unknownChoices: [String] { (options.exclude + options.only).filter { readerByName[Exact($0)] == nil } }

    /// From creation to the close; nil where a date is missing or they are the wrong way round.
    func daysToClose(_ row: Int) -> Double? {
        guard let created = createdAt(row), let closed = closedAt(row), closed >= created else { return nil }
        return closed.seconds(since: created) / 86_400
    }

    /// The newest date of any attribute that is not ahead of now: the reference time for ages if the records have no dates
    /// of their own.
    var newestDate: Moment? { readers.lazy.compactMap { $0.newestDate(upTo: self.options.now.latestPastDate) }.max() }

    /// The columns of some rows, which become rows 0, 1, …. The table keeps none of them: it frees the source of each
    /// column before it makes the next.
    ///
    /// - Parameter asOf: by which the ages of records without a date of creation are taken.
    func takeColumns(rows: [Int], asOf: Moment?) -> TrainingColumns {
        let byName = readers.indices.sorted { readers[$0].name < readers[$1].name }
        let reference = AgeReference(
            ofRow: rows.map { created[$0] == Self.unknown ? asOf?.microseconds ?? 0 : created[$0] }, newest: asOf,
            created: rows.map { created[$0] }, closed: rows.map { closed[$0] })
        let nullWords = NullWordCount(byName.lazy.filter { self.deselected[$0] == nil }.map { self.readers[$0] })
        let read = order.isEmpty ? rows : rows.map { order[$0] }
        var columns: [Column] = []
        var stage: Column?
        var choices: [Scorecard.Choice] = []
        for place in byName {
            let isStage = place == stagePlace
            if isStage {
                stage = readers[place].column(
                    rows: read, of: count, reference: reference, missing: missing, isStage: true)
            }
            if let reason = deselected[place] {
                choices.append(.init(attribute: readers[place].name.text, reason: reason))
            } else if let stage, isStage {
                columns.append(stage)
            } else {
                columns.append(
                    readers[place].column(
                        rows: read, of: count,
                        reference: place == stageSincePlace
                            ? AgeReference(ofRow: stageReference(rows, asOf: asOf)) : reference,
                        missing: missing))
            }
            readers[place] = ColumnReader(name: readers[place].name, options: spelling)
        }
        readers = []
        readerByName = [:]
        return TrainingColumns(
            rowCount: rows.count, columns: columns, deselected: choices, stage: stage, nullWords: nullWords)
    }

    private func stageReference(_ rows: [Int], asOf: Moment?) -> [Int64] {
        stageTimes(rows).map {
            StageTime.reference(since: $0.since, closed: $0.closed, asOf: asOf?.microseconds ?? 0)
        }
    }

    /// By row: when the record entered its stage, and when it was closed, in microseconds.
    func stageTimes(_ rows: [Int]) -> [(since: Int64?, closed: Int64?)] {
        rows.map { row in
            let read = order.isEmpty ? row : order[row]
            let since = read < stageSince.count ? stageSince[read] : Self.unknown
            return (since == Self.unknown ? nil : since, closed[row] == Self.unknown ? nil : closed[row])
        }
    }
}

extension Record {
    /// The given date; otherwise the time of the closing event, if the record was known before.
    fileprivate var closedAt: Moment? {
        if let given = moment(.closedAt) { return given }
        guard let closing = cells[.status]?.stamp else { return nil }
        let wasKnown = cells.entries.contains { $0.value.stamp < closing }
        return wasKnown ? closing.time : nil
    }
}
