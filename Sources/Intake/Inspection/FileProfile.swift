import LeadModel

/// All columns of a file, as one pass without any roles finds them.
public struct FileProfile: Sendable {
    public private(set) var rows = 0
    /// In the file's order; of JSON, by name.
    public private(set) var columns: [ColumnProfile] = []
    /// What is read otherwise than it is written.
    public private(set) var notes: [String] = []

    /// - Throws: `IntakeError`, with all rows that can't be read.
    public init(_ file: RecordFile, progress: (Int) -> Void = { _ in }) throws(IntakeError) {
        let reader = try file.reader()
        var places: [Exact: Int] = [:]
        for name in reader.columnNames {
            places[name] = columns.count
            columns.append(ColumnProfile(name: name.text))
        }
        let isTable = !columns.isEmpty
        var faults = RowFaults()
        while !faults.endReading {
            do throws(IntakeError) {
                guard let record = try reader.next() else { break }
                rows += 1
                progress(rows)
                for (name, value) in record.attributes {
                    let place = places[name] ?? columns.count
                    if place == columns.count {
                        places[name] = place
                        columns.append(ColumnProfile(name: name.text))
                    }
                    columns[place].add(value)
                }
            } catch {
                try faults.add(error)
            }
        }
        if let error = faults.error { throw error }
        if !isTable { columns.sort { Exact($0.name) < Exact($1.name) } }
        notes = reader.notes
    }
}
