import Foundation
import Intake
import LeadModel
import TestKit
import Testing

@testable import LeadTrainer

@Suite("Random files in random spellings")
struct SpelledFilesTests {
    @Test(
        "10,000 files, each in another encoding, form and spelling, give what was written, or a warning names the ambiguous column",
        arguments: RandomSpelling.seeds)
    func files(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let folder = try TestFolder.make("spelled-\(seed)")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var (columns, guessed) = (0, 0)
        for number in 0..<5000 {
            let table = RandomTable(&random)
            let path = folder + "/table.csv"
            try table.bytes.write(to: URL(fileURLWithPath: path))
            var roles = ColumnRoles()
            roles.id = "Record ID"
            let read = try RecordFile(path: path, roles: roles, reading: table.reading).records()
            let place = "LEADLINE_TEST_SEED=\(seed), file \(number), \(table.form)"
            guard read.compactMap(\.id) == table.ids else {
                Issue.record("\(place): the ids \(table.ids) are read as \(read.map { $0.id ?? "none" })")
                return
            }
            let found = Self.columns(read.map(\.attributes))
            let written = Self.columns(table.rows)
            guard Set(found.keys) == Set(written.keys) else {
                Issue.record("\(place): the columns \(written.keys.sorted()) are read as \(found.keys.sorted())")
                return
            }
            for (name, column) in written {
                columns += 1
                guard let other = found[name], !other.reads(as: column) else { continue }
                guard other.notes.contains(where: { $0.kind == .guessedSpelling }) else {
                    let cells = read.map { row in
                        row.attributes.first { $0.name.text == name }.map { "\($0.value)" } ?? ""
                    }
                    Issue.record("\(place): \(name) is read as \(cells), was \(column.kind) and is \(other.kind)")
                    return
                }
                guessed += 1
            }
        }
        print("5,000 files with LEADLINE_TEST_SEED=\(seed): \(columns) columns, \(guessed) ambiguous")
        #expect(columns > 10_000 && guessed * 5 < columns)
    }

    private static func columns(_ rows: [[(name: Exact, value: Value)]]) -> [String: Column] {
        let records = rows.map {
            TrainingRecord(attributes: $0, isPositive: true, createdAt: RandomSpelling.newest)
        }
        return Dictionary(uniqueKeysWithValues: TrainingColumns(records).columns.map { ($0.name, $0) })
    }
}

extension RecordFile {
    fileprivate func records() throws -> [FileRecord] {
        var records: [FileRecord] = []
        try read { records.append($0) }
        return records
    }
}
