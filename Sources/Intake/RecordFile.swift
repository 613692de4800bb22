import Foundation
import LeadModel

/// A file of records, CSV or JSON lines, opened and checked against the roles of its columns.
public struct RecordFile: Sendable {
    enum Format: Sendable { case csv, json }

    public let path: String
    public let roles: ColumnRoles
    public let reading: FileReading
    let format: Format
    /// How the dates of its roles are spelled.
    public private(set) var dates = FileDates()
    /// Numbers of rows that are neither trained on nor imported.
    private var leftOut: Set<Int> = []

    /// Opens the file and checks that it has the columns of the roles. JSON objects are read until each of these columns
    /// was seen, so the whole file is read only if one is missing or comes late.
    ///
    /// - Throws: `IntakeError`
    public init(path: String, roles: ColumnRoles, reading: FileReading = FileReading()) throws(IntakeError) {
        let roles = roles.normalized
        (self.path, self.roles, self.reading) = (path, roles, reading)
        switch (path as NSString).pathExtension.lowercased() {
        case "csv", "tsv", "txt": format = .csv
        case "jsonl", "ndjson", "json": format = .json
        default:
            throw IntakeError(
                .usage, file: path, "its name does not end like that of a file of records",
                advice:
                    "What can be read: FILE.csv (with a header), and FILE.jsonl, FILE.ndjson or FILE.json (objects, one "
                    + "a line or in an array). Save a workbook as CSV (UTF-8).")
        }
        try roles.check()
        switch format {
        case .csv: try roles.check(columns: table().header, file: path)
        case .json: try checkObjects()
        }
        dates = try Self.dates(path: path, format: format, roles: roles, reading: reading)
    }

    /// The same file with every column without a role as an attribute, whatever `exclude` and `only` say: a training
    /// reports what it leaves out.
    public func withAllAttributes() -> RecordFile { RecordFile(self, roles: roles.withoutSelection) }

    /// The same file without some rows, by their numbers.
    public func without(_ rows: Set<Int>) -> RecordFile {
        var file = self
        file.leftOut.formUnion(rows)
        return file
    }

    private init(_ file: RecordFile, roles: ColumnRoles) {
        (path, self.roles, reading, format, dates) = (file.path, roles, file.reading, file.format, file.dates)
        leftOut = file.leftOut
    }

    /// When the file was last written, in whole milliseconds: the time of events without one of their own.
    public func modificationDate() throws(IntakeError) -> Moment {
        do {
            let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            return Moment(milliseconds: Int64(((date ?? .distantPast).timeIntervalSince1970 * 1000).rounded(.down)))
        } catch {
            throw IntakeError(.data, file: path, "its date cannot be read")
        }
    }

    /// A hash of how the file is read: of its roles and of `reading`.
    public var definition: UInt64 {
        var hash = FNV1a()
        for (role, column) in roles.assigned { hash.combine("\(role)=\(column)") }
        for (option, condition) in roles.outcomes.named {
            hash.combine("\(option)=\(condition.column)=\(condition.value)")
        }
        for texts in [roles.missing, roles.keep, roles.exclude, roles.only] {
            hash.combine(texts.joined(separator: "\u{0}"))
        }
        hash.combine("\(reading.encoding?.name ?? "") \(reading.delimiter ?? 0)")
        if let order = roles.dateOrder { hash.combine(order.rawValue) }
        return hash.value
    }

    /// A reader that begins at the first record.
    public func reader() throws(IntakeError) -> RecordReader { try RecordReader(self) }

    /// Calls `body` with each record in turn that is not left out; only one is in memory.
    public func read(_ body: (FileRecord) throws -> Void) throws {
        let reader = try reader()
        while let record = try reader.next() {
            if includes(record) { try body(record) }
        }
    }

    /// Whether the record's row is not left out.
    func includes(_ record: FileRecord) -> Bool { !leftOut.contains(record.row) }

    /// The table of a CSV file.
    func table() throws(IntakeError) -> CSVTable {
        try CSVTable(file: path, reading: reading, wanted: roles.required.map(\.column))
    }

    private static func dates(
        path: String, format: Format, roles: ColumnRoles, reading: FileReading
    ) throws(IntakeError) -> FileDates {
        let columns = roles.assigned.filter { $0.role.isDate }.map { Exact($0.column) }
        guard !columns.isEmpty else { return FileDates() }
        switch format {
        case .csv:
            var table = try CSVTable(file: path, reading: reading, wanted: roles.required.map(\.column))
            let names = table.header.map { Exact($0) }
            return FileDates(columns: columns, given: roles.dateOrder) { () throws(IntakeError) in
                try table.next().map { row in zip(names, row.fields).map { ($0, .some(.text($1))) } }
            }
        case .json:
            var objects = try JSONObjectsReader(file: path, reading: reading)
            return FileDates(columns: columns, given: roles.dateOrder) { () throws(IntakeError) in
                try objects.next()?.cells
            }
        }
    }

    private func checkObjects() throws(IntakeError) {
        var objects = try JSONObjectsReader(file: path, reading: reading)
        var wanted = Set(roles.required.map { Exact($0.column) })
        var seen: Set<Exact> = []
        while !wanted.isEmpty, let row = try objects.next() {
            for cell in row.cells where seen.insert(cell.name).inserted { wanted.remove(cell.name) }
        }
        if !wanted.isEmpty { try roles.check(columns: seen.sorted().map(\.text), file: path) }
    }
}
