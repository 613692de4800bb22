import LeadModel

/// Reads a file's records one by one, in bounded memory. For one thread.
public final class RecordReader {
    private let assembly: RecordAssembly
    private let columns: [(name: Exact, uses: RecordAssembly.Uses)]
    /// Exactly one of the two readers is not nil.
    private var table: CSVTable?
    private var objects: JSONObjectsReader?
    private var row = 0

    init(_ file: RecordFile) throws(IntakeError) {
        assembly = RecordAssembly(roles: file.roles, file: file.path, dates: file.dates)
        switch file.format {
        case .csv:
            let table = try file.table()
            columns = table.header.map { [assembly] in (Exact($0), assembly.uses(of: Exact($0))) }
            self.table = table
        case .json:
            columns = []
            objects = try JSONObjectsReader(file: file.path, reading: file.reading)
        }
    }

    /// What was read otherwise than it is written, such as short rows; complete at the file's end.
    var notes: [String] { (table?.notes ?? []) + (objects?.notes ?? []) }

    /// Of a CSV file, in its order; of JSON they come with the objects.
    var columnNames: [Exact] { columns.map(\.name) }

    /// The most attributes that a record can have; nil if that is not known beforehand.
    var mostAttributes: Int? { table == nil ? nil : columns.count { $0.uses == .attribute } }

    /// The next record; nil at the end.
    ///
    /// - Throws: `IntakeError`; reading can go on after it, unless it `endsReading`.
    public func next() throws(IntakeError) -> FileRecord? {
        guard var record = try table == nil ? nextObject() : nextRow() else { return nil }
        assembly.finish(&record)
        record.row = row
        row += 1
        return record
    }

    private func nextRow() throws(IntakeError) -> FileRecord? {
        guard let fields = try table?.next() else { return nil }
        var record = FileRecord(row: row, line: fields.line)
        record.attributes.reserveCapacity(columns.count)
        for (column, field) in zip(columns, fields.fields) where column.uses != [] {
            try assembly.put(.text(field), of: column.name, uses: column.uses, into: &record)
        }
        return record
    }

    private func nextObject() throws(IntakeError) -> FileRecord? {
        guard let object = try objects?.next() else { return nil }
        var record = FileRecord(row: row, line: object.line)
        record.attributes.reserveCapacity(object.cells.count)
        for (name, value) in object.cells {
            let uses = assembly.uses(of: name)
            if uses != [] { try assembly.put(value, of: name, uses: uses, into: &record) }
        }
        return record
    }
}
