import Foundation
import LeadModel

/// A file of records, CSV or JSON lines, opened and checked against the roles of its columns.
public struct RecordFile: Sendable {
    enum Format: Sendable { case csv, jsonLines }

    public let path: String
    public let roles: ColumnRoles
    let format: Format

    /// Opens the file and checks that it has the columns of the roles. JSON lines are read until each of these columns
    /// was seen, so the whole file is read only if one is missing or comes late.
    ///
    /// - Throws: `IntakeError`
    public init(path: String, roles: ColumnRoles) throws(IntakeError) {
        (self.path, self.roles) = (path, roles)
        switch (path as NSString).pathExtension.lowercased() {
        case "csv": format = .csv
        case "jsonl", "ndjson": format = .jsonLines
        default:
            throw IntakeError(
                .usage, file: path, "its name does not end like that of a file of records",
                advice: "What can be read: FILE.csv (with a header), and FILE.jsonl or FILE.ndjson (an object a line).")
        }
        try roles.check()
        switch format {
        case .csv: try roles.check(columns: CSVReader(file: path).header, file: path)
        case .jsonLines: try Self.checkJSONLines(path: path, roles: roles)
        }
    }

    /// The same file with every column without a role as an attribute, whatever `exclude` and `only` say: a training
    /// reports what it leaves out.
    public func withAllAttributes() -> RecordFile { RecordFile(self, roles: roles.withoutSelection) }

    private init(_ file: RecordFile, roles: ColumnRoles) {
        (path, self.roles, format) = (file.path, roles, file.format)
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

    /// A reader that begins at the first record.
    public func reader() throws(IntakeError) -> RecordReader { try RecordReader(self) }

    /// Calls `body` with each record in turn; only one is in memory.
    public func read(_ body: (FileRecord) throws -> Void) throws {
        let reader = try reader()
        while let record = try reader.next() { try body(record) }
    }

    private static func checkJSONLines(path: String, roles: ColumnRoles) throws(IntakeError) {
        var lines = try JSONLinesReader(file: path)
        var wanted = Set(roles.required.map { Exact($0.column) })
        var seen: Set<Exact> = []
        while !wanted.isEmpty, let row = try lines.next() {
            for cell in row.cells where seen.insert(cell.name).inserted { wanted.remove(cell.name) }
        }
        if !wanted.isEmpty { try roles.check(columns: seen.sorted().map(\.text), file: path) }
    }
}
