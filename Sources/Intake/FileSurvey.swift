import LeadModel

/// What one pass over a whole file says before it is trained on or imported: every row that can't be read, whether the rule
/// of its outcomes fits, and what a person should know.
public struct FileSurvey: Sendable {
    public enum Purpose: Sendable { case training, importing }

    /// Of a file and of an event.
    public static let mostAttributes = AttributeCount.most

    public let outcomes: OutcomeSurvey
    public private(set) var rows = 0
    /// Sentences about what is read otherwise than it is written, or looks wrong.
    public private(set) var notes: [String] = []
    /// Numbers of rows of which another row with the same id takes the place: the one changed last, or else the last one. A
    /// training knows no changes.
    public private(set) var superseded: Set<Int> = []

    /// - Parameter progress: called with the number of rows that are read.
    /// - Throws: `IntakeError`, with all rows that can't be read; `OutcomeRefusal`.
    public init(_ file: RecordFile, for purpose: Purpose, progress: (Int) -> Void = { _ in }) throws {
        var outcomes = OutcomeSurvey(file.roles.outcomes)
        var (faults, ids, attributes) = (RowFaults(), RepeatedIDs(), AttributeCount())
        var cut = CutValues()
        let reader = try file.reader()
        if let most = reader.mostAttributes, most <= AttributeCount.most { attributes.isNeeded = false }
        while !faults.endReading {
            do throws(IntakeError) {
                guard let record = try reader.next() else { break }
                rows += 1
                progress(rows)
                outcomes.add(record)
                attributes.add(record)
                if let id = record.id {
                    ids.add(id, record, changed: purpose == .importing ? record.modifiedAt : nil)
                }
                if purpose == .importing {
                    try ImportCheck.check(record, columns: file.roles, file: file.path)
                    for column in ImportCheck.tooLong(record, columns: file.roles) {
                        cut.add(column, line: record.line)
                    }
                }
            } catch {
                try faults.add(error)
            }
        }
        if let error = faults.error { throw error }
        try attributes.check(file: file.path)
        try outcomes.check(file: file.path, isPart: purpose == .importing)
        if let column = file.roles.id {
            let isDated = purpose == .importing && file.roles.modified != nil
            let what = isDated ? "the row of an id that changed last counts" : "the last row of an id counts"
            try ids.check(column: column, file: file.path, consequence: what, notes: &notes)
        }
        superseded = ids.superseded
        notes = reader.notes + notes + cut.notes
        self.outcomes = outcomes
    }
}

/// Ids that several rows have.
private struct RepeatedIDs {
    /// Beyond as many rows, about 100 MB of memory, no more are looked at.
    private static let most = 4_000_000
    /// Ids whose lines a note names.
    private static let named = 5
    private var known: [UInt64: Known] = [:]
    private(set) var superseded: Set<Int> = []
    private var repeated: [UInt64: [Int]] = [:]
    private var roundedLines: [Int]?

    private struct Known {
        var firstLine: Int32
        /// The row that counts, and when it was changed; without a date it has the time of the import, which is later.
        var row: Int32
        var changed: Int64
    }

    mutating func add(_ id: String, _ record: FileRecord, changed: Moment?) {
        guard known.count < Self.most else { return }
        let (hash, line) = (FNV1a.hash(id), record.line)
        let (row, changed) = (Int32(clamping: record.row), changed?.microseconds ?? .max)
        guard let former = known[hash] else {
            known[hash] = Known(firstLine: Int32(clamping: line), row: row, changed: changed)
            return
        }
        let isNewer = changed >= former.changed
        if isNewer { known[hash] = Known(firstLine: former.firstLine, row: row, changed: changed) }
        superseded.insert(Int(isNewer ? former.row : row))
        let first = Int(former.firstLine)
        guard repeated.count < 10_000 || repeated[hash] != nil else { return }
        if repeated[hash, default: [first]].count < 10 { repeated[hash, default: [first]].append(line) }
        if id.firstMatch(of: /^[0-9][.,][0-9]+E\+?[0-9]+$/.ignoresCase()) != nil { roundedLines = repeated[hash] }
    }

    func check(
        column: String, file: String, consequence: String, notes: inout [String]
    ) throws(IntakeError) {
        if let roundedLines {
            let listed = roundedLines.map(String.init).joined(separator: ", ")
            throw IntakeError(
                .data, file: file, line: roundedLines[0], column: column,
                "the lines \(listed) have one id, a number such as 1.0E+11: a spreadsheet has rounded it",
                options: [.column(.id)],
                advice: "Export again without opening the file in a spreadsheet, or name another column.")
        }
        let sorted = repeated.values.sorted { $0[0] < $1[0] }
        guard !sorted.isEmpty else { return }
        let named = sorted.prefix(Self.named).map { $0.map(String.init).joined(separator: ", ") }
        let others = sorted.count - named.count
        let more = others > 0 ? "; \(others.grouped) other \(others == 1 ? "id is" : "ids are") repeated too" : ""
        notes.append(
            "\(column): lines \(named[0]) have the same id"
                + named.dropFirst().map { "; so have \($0)" }.joined() + "\(more); "
                + consequence)
    }
}

/// How many attributes a file has. An event has a limit, and what is imported later must fit the scorecard that is trained
/// now, so both have the same limit.
private struct AttributeCount {
    static let most = ImportCheck.mostAttributes
    var isNeeded = true
    private var filled: [Exact: Int] = [:]

    mutating func add(_ record: FileRecord) {
        guard isNeeded else { return }
        for attribute in record.attributes { filled[attribute.name, default: 0] += 1 }
    }

    func check(file: String) throws(IntakeError) {
        guard filled.count > Self.most else { return }
        let emptiest = filled.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.prefix(filled.count - Self.most)
        let names = emptiest.prefix(40).map(\.key.text).joined(separator: ", ")
        let more = emptiest.count > 40 ? " and \(emptiest.count - 40) more" : ""
        throw IntakeError(
            .data, file: file, "\(filled.count.grouped) columns are attributes, more than \(Self.most)",
            options: [.exclude, .only],
            advice: "Leave some columns out. The emptiest are \(names)\(more).")
    }
}
