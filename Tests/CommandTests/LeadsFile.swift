import Foundation
import TestKit

/// A CRM's export, written by a test: `Lead ID`, `Source`, `Visits`, `Created`, `Converted` (1, 0, or empty: open).
/// What came from the web converts more often.
struct LeadsFile {
    static let flags = [
        "--id", "Lead ID", "--outcome", "Converted", "--positive", "1", "--created", "Created",
    ]

    let path: String
    let ids: [String]

    init(positives: Int, negatives: Int, open: Int = 0) throws {
        let outcomes =
            Array(repeating: "1", count: positives) + Array(repeating: "0", count: negatives)
            + Array(repeating: "", count: open)
        var lines = ["Lead ID,Source,Visits,Created,Converted"]
        for (number, outcome) in outcomes.enumerated() {
            let isWeb = outcome == "1" ? number % 4 != 0 : number % 4 == 0
            let visits = number % 7 == 0 ? "" : "\((number * 13) % 20 + (outcome == "1" ? 3 : 0))"
            lines.append("L\(number),\(isWeb ? "web" : "fair"),\(visits),2026-0\(number % 6 + 1)-15,\(outcome)")
        }
        ids = outcomes.indices.map { "L\($0)" }
        path = try TestFolder.make("files") + "/\(UUID().uuidString).csv"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    }
}

/// A file of a test's own.
func temporaryFile(_ name: String, _ text: String) throws -> String {
    let path = try TestFolder.make("files/\(UUID().uuidString)") + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
}
