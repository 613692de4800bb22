import LeadModel

/// Reads a file's records one by one, in bounded memory. For one thread.
public final class RecordReader {
    private let assembly: RecordAssembly
    private let columns: [(name: Exact, uses: RecordAssembly.Uses)]
    /// Exactly one of the two readers is not nil.
    private var csv: CSVReader?
    private var jsonLines: JSONLinesReader?
    private var row = 0

    init(_ file: RecordFile) throws(IntakeError) {
        assembly = RecordAssembly(roles: file.roles, file: file.path)
        switch file.format {
        case .csv:
            csv = try CSVReader(file: file.path)
            columns = (csv?.header ?? []).map { [assembly] in (Exact($0), assembly.uses(of: Exact($0))) }
        case .jsonLines:
            columns = []
            jsonLines = try JSONLinesReader(file: file.path)
        }
    }

    /// The next record; nil at the end.
    ///
    /// - Throws: `IntakeError`; the file must not be read further after it.
    public func next() throws(IntakeError) -> FileRecord? {
        guard var record = try csv == nil ? nextObject() : nextRow() else { return nil }
        record.row = row
        row += 1
        return record
    }

    private func nextRow() throws(IntakeError) -> FileRecord? {
        guard let fields = try csv?.next() else { return nil }
        var record = FileRecord(row: row, line: fields.line)
        record.attributes.reserveCapacity(columns.count)
        for (column, field) in zip(columns, fields.fields) where column.uses != [] {
            try assembly.put(.text(field), of: column.name, uses: column.uses, into: &record)
        }
        return record
    }

    private func nextObject() throws(IntakeError) -> FileRecord? {
        guard let object = try jsonLines?.next() else { return nil }
        var record = FileRecord(row: row, line: object.line)
        record.attributes.reserveCapacity(object.cells.count)
        for (name, value) in object.cells {
            let uses = assembly.uses(of: name)
            if uses != [] { try assembly.put(value, of: name, uses: uses, into: &record) }
        }
        return record
    }
}
