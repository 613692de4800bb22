import LeadModel

/// The records to train on, attribute by attribute: added one by one and kept as columns of numbers, so that a million
/// records need a few bytes for each value and no texts but one for each that differs.
///
/// It is used up by the training that it is given to. For one thread.
public final class TrainingTable {
    public let options: TrainingOptions
    /// Records added.
    public var count: Int { outcomes.count }
    /// Those of them that ended well.
    public var positives: Int { outcomes.count { $0 } }
    private(set) var outcomes: [Bool] = []
    private var created: [Int64] = []
    private var closed: [Int64] = []
    private var readers: [ColumnReader] = []
    private var readerByName: [Exact: Int] = [:]
    private let missing: MissingValues
    /// What stands for a date that is not known.
    private static let unknown = Int64.min

    /// - Parameter options: those of the training; what counts as missing is read at once.
    public init(options: TrainingOptions = TrainingOptions()) {
        self.options = options
        missing = MissingValues(options.missing)
    }

    /// Adds a closed record.
    ///
    /// - Parameters:
    ///   - attributes: in any order. What is absent is missing; of a name given twice the last value counts.
    ///   - isPositive: qualified or won; else disqualified or lost.
    ///   - createdAt: nothing: not known, and so within the training window.
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
                readers.append(ColumnReader(name: name))
            }
            guess = place + 1
            readers[place].read(value, row: row, missing: missing)
        }
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

    /// From creation to the close; nothing where a date is missing or they are the wrong way round.
    func daysToClose(_ row: Int) -> Double? {
        guard let created = createdAt(row), let closed = closedAt(row), closed >= created else { return nil }
        return closed.seconds(since: created) / 86_400
    }

    /// The columns of some rows, which become rows 0, 1, …. The table keeps none: what a column was read from is freed
    /// before the next one is made.
    func takeColumns(rows: [Int]) -> Columns {
        let order = readers.indices.sorted { readers[$0].name < readers[$1].name }
        var columns: [Column] = []
        for place in order {
            columns.append(readers[place].column(rows: rows, of: count))
            readers[place] = ColumnReader(name: readers[place].name)
        }
        readers = []
        readerByName = [:]
        return Columns(rowCount: rows.count, columns: columns)
    }
}

/// What counts as missing besides empty texts: as categories, and what of them are numbers.
struct MissingValues {
    private let categories: Set<String>
    private let numbers: Set<Double>

    init(_ texts: [String]) {
        categories = Set(texts.compactMap { Value.text($0).asCategory })
        numbers = Set(categories.compactMap(JSONNumber.parse))
    }

    func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }
    func contains(category: String) -> Bool { categories.contains(category) }
}
