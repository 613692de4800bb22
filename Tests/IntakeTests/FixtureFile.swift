import Foundation
import Intake
import LeadModel
import Testing

/// A file of records in a folder of its own, gone with its last owner.
final class FixtureFile {
    let path: String
    private let folder: URL

    init(_ bytes: some Sequence<UInt8>, name: String = "leads.csv") throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("intake-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        // Of a day that no test's "now" is before.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_793_000_000)], ofItemAtPath: file.path)
        path = file.path
    }

    convenience init(_ text: String, name: String = "leads.csv") throws { try self.init(text.utf8, name: name) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func open(_ flags: (inout ColumnRoles) -> Void = { _ in }) throws -> RecordFile {
        var roles = ColumnRoles()
        flags(&roles)
        return try RecordFile(path: path, roles: roles)
    }

    func records(_ flags: (inout ColumnRoles) -> Void = { _ in }) throws -> [FileRecord] {
        var records: [FileRecord] = []
        try open(flags).read { records.append($0) }
        return records
    }

    /// What reading it fails with.
    func failure(_ flags: (inout ColumnRoles) -> Void = { _ in }) -> IntakeError? {
        do {
            _ = try records(flags)
            return nil
        } catch {
            return error as? IntakeError
        }
    }
}

extension FileRecord {
    subscript(name: String) -> Value? { attributes.first { $0.name == Exact(name) }?.value }

    var texts: [String] {
        attributes.map { attribute in
            guard case .text(let text) = attribute.value else { return "not text" }
            return text
        }
    }
}
