import LeadModel

/// The table in a CSV file: a header and rows of its width, whatever comes before and after them.
///
/// - Lines of a title before the header, and of totals and notes after the last row, are left out.
/// - Columns without a name, or with that of another, get one.
/// - Empty fields beyond the header are cut off. A row that ends early is filled with empty fields, if all columns with a
///   role are there, or most columns if none has a role. Two short rows that together make a whole one are not: a value with
///   a line end lacks its quotes.
struct CSVTable {
    private(set) var header: [String] = []
    private var reader: CSVReader
    private let file: String
    /// Rows that are read already.
    private var ahead: [Result<CSVReader.Row, IntakeError>] = []
    private var headerNotes: [String] = []
    private var (short, shortLines, long, footer) = (0, [Int](), 0, [Int]())
    /// The second half of a row that was refused.
    private var brokenLine: Int?
    /// The least number of fields that a short row needs.
    private var leastFields = Int.max

    /// Looked at to find the header, and at most as many lines follow the last row.
    private static let lookAhead = 40

    /// - Parameter wanted: columns that the header must have.
    init(file: String, reading: FileReading, wanted: [String]) throws(IntakeError) {
        self.file = file
        reader = try CSVReader(file: file, reading: reading)
        readAhead()
        guard let first = ahead.first else {
            throw IntakeError(.data, file: file, "it is empty", advice: "The first line must name the columns.")
        }
        _ = try first.get()
        let rows = ahead.prefix { (try? $0.get()) != nil }.compactMap { try? $0.get() }
        let place = Self.header(rows, wanted: wanted)
        let (names, repeated, unnamed) = ColumnName.distinct(rows[place].fields)
        if place > 0 {
            headerNotes.append("the header is in line \(rows[place].line); the lines before it are not read")
        }
        if !repeated.isEmpty {
            headerNotes.append(
                "columns with the name of another are numbered: \(Self.listed(repeated.map { "\($0) (2)" }))")
        }
        if !unnamed.isEmpty {
            headerNotes.append(
                "columns without a name are called by their place: \(Self.listed(unnamed.map { "column \($0)" }))")
        }
        ahead.removeFirst(place + 1)
        header = names
        let places = wanted.compactMap { name in names.firstIndex { Exact($0) == Exact(name) } }
        if wanted.isEmpty {
            leastFields = header.count / 2 + 1
        } else if let last = places.max() {
            leastFields = last + 1
        }
    }

    /// What was read otherwise than it is written.
    var notes: [String] {
        var notes = headerNotes
        if short > 0 {
            let rows = short == 1 ? "1 row is" : "\(short.grouped) rows are"
            let lines = Self.listed(shortLines.map(String.init), of: short)
            notes.append("\(rows) shorter than the header; the rest counts as empty: line \(lines)")
        }
        if long > 0 {
            let rows = long == 1 ? "1 row ends" : "\(long.grouped) rows end"
            notes.append("\(rows) with delimiters beyond the header, which are not read")
        }
        if let first = footer.first, let last = footer.last {
            let lines = first == last ? "line \(first) is" : "lines \(first) to \(last) are"
            notes.append("\(lines) not read: totals or notes after the last record")
        }
        return notes
    }

    /// The next row, as wide as the header; nil at the end.
    ///
    /// - Throws: `IntakeError`. Reading can go on after it, unless it `endsReading`.
    mutating func next() throws(IntakeError) -> CSVReader.Row? {
        while var row = try take() {
            if row.line == brokenLine { throw shortRow(row) }
            if mayEndTable(row), isFooter(from: row) { return nil }
            if row.fields.count > header.count {
                guard row.fields[header.count...].allSatisfy(\.trimmed.isEmpty) else { throw wrongWidth(row) }
                row.fields.removeLast(row.fields.count - header.count)
                long += 1
            }
            if row.fields.count < header.count { try fill(&row) }
            return row
        }
        return nil
    }

    private mutating func take() throws(IntakeError) -> CSVReader.Row? {
        do throws(IntakeError) {
            return ahead.isEmpty ? try reader.next() : try ahead.removeFirst().get()
        } catch {
            var error = error
            if let place = error.place, place < header.count { error.column = header[place] }
            throw error
        }
    }

    /// Errors are kept for when it is the row's turn.
    private mutating func readAhead() {
        while ahead.count < Self.lookAhead {
            do throws(IntakeError) {
                guard let row = try reader.next() else { return }
                ahead.append(.success(row))
            } catch {
                ahead.append(.failure(error))
                if error.endsReading { return }
            }
        }
    }

    private mutating func fill(_ row: inout CSVReader.Row) throws(IntakeError) {
        if ahead.isEmpty { readAhead() }
        if case .success(let next)? = ahead.first, next.fields.count < header.count,
            next.fields.count + row.fields.count == header.count + 1
        {
            brokenLine = next.line
            throw shortRow(row)
        }
        guard row.fields.count >= leastFields else { throw wrongWidth(row) }
        short += 1
        if shortLines.count < 10 { shortLines.append(row.line) }
        row.fields += [String](repeating: "", count: header.count - row.fields.count)
    }

    private func wrongWidth(_ row: CSVReader.Row) -> IntakeError {
        IntakeError(
            .data, file: file, line: row.line, "it has \(row.fields.count) fields, the header has \(header.count)",
            advice: row.fields.count < header.count
                ? "It ends early: add the missing fields, or put values with a line end into quotes."
                : "Put values that hold the delimiter or a line end into quotes.")
    }

    private func shortRow(_ row: CSVReader.Row) -> IntakeError {
        IntakeError(
            .data, file: file, line: row.line, "it has \(row.fields.count) fields, the header has \(header.count)",
            advice: "A value with a line end seems to lack its quotes.")
    }

    private static func listed(_ names: [String], of count: Int? = nil) -> String {
        let more = (count ?? names.count) - 10
        return names.prefix(10).joined(separator: ", ") + (more > 0 ? " and \(more.grouped) more" : "")
    }
}

/// Where the table begins and ends.
extension CSVTable {
    /// The place of the header: the first row that names the wanted columns, or the first row that is no title.
    private static func header(_ rows: [CSVReader.Row], wanted: [String]) -> Int {
        func names(_ row: CSVReader.Row) -> Set<Exact> { Set(row.fields.map { Exact(ColumnName.normal($0)) }) }
        if !wanted.isEmpty, let place = rows.firstIndex(where: { names($0).isSuperset(of: wanted.map { Exact($0) }) }) {
            return place
        }
        guard rows[0].filled <= 1 else { return 0 }
        let place = rows.firstIndex { row in
            row.filled > 1
                && row.fields.allSatisfy { Value.text($0).asDate == nil && JSONNumber.parse($0.trimmed) == nil }
        }
        return place ?? 0
    }

    /// Whether a row can be the first of the lines after the table. No record is.
    private func mayEndTable(_ row: CSVReader.Row) -> Bool {
        guard header.count > 1, row.filled <= 1 || isTotal(row) else { return false }
        return row.filled == 0 || row.followsGap || isTotal(row)
    }

    /// A line of totals or of a report's notes, by its first word.
    private func isTotal(_ row: CSVReader.Row) -> Bool {
        guard row.filled * 2 <= max(2, header.count), let first = row.fields.first(where: { !$0.trimmed.isEmpty })
        else {
            return false
        }
        let words = first.folded.split { !$0.isLetter }.map(String.init)
        let totals = [
            "total", "totals", "grand", "subtotal", "sum", "summe", "gesamt", "gesamtsumme", "copyright",
            "confidential", "generated", "totale", "totaal", "итого", "всего",
        ]
        return words.first.map(totals.contains) ?? false
    }

    /// Whether only such lines follow, up to the file's end. If not, they are read as rows.
    private mutating func isFooter(from row: CSVReader.Row) -> Bool {
        readAhead()
        let rows = ahead.compactMap { try? $0.get() }
        guard rows.count == ahead.count, rows.count < Self.lookAhead,
            rows.allSatisfy({ $0.filled <= 1 || isTotal($0) })
        else { return false }
        footer = [row.line] + rows.map(\.line)
        ahead = []
        return true
    }
}
