import Foundation
import Testing

/// One word, one meaning: the words that the glossary in ARCHITECTURE replaced may not come back.
@Suite("The words of sources, config and pages")
struct WordsTests {
    /// A replaced word, as a whole-word pattern, and its replacement.
    private struct Replaced {
        var pattern: String
        var use: String
        /// Ends of the paths where the word has its plain or technical meaning.
        var allowed: [String] = []
    }

    private static let replaced = [
        Replaced(
            pattern: "(?i:tells?|told|tellings?|tellers?|retells?|retold)", use: "fan out, publish, send, log, report",
            // A member of what `sweep status --json` prints.
            allowed: ["commands.schema.json", "examples/commands/sweep-status.json", "SweepStatusView.swift"]),
        Replaced(pattern: "(?i:walk(s|ed|ing)?)", use: "full sweep, scan"),
        Replaced(pattern: "(?i:anew)", use: "again, from scratch"),
        Replaced(pattern: "(?i:who(m)?ever)", use: "the process that …, the lane that …"),
        Replaced(pattern: "(?i:such a one)", use: "name the actor"),
        Replaced(pattern: "(?i:parted by)", use: "separated by"),
        Replaced(pattern: "(?i:in hand)", use: "in flight"),
        Replaced(pattern: "(?i:beside)", use: "next to, in parallel, compared with"),
        Replaced(pattern: "(?i:still stands?)", use: "is current, is stored, exists"),
        Replaced(pattern: "(?i:(is|are|be) said)", use: "is run, is logged, is stated"),
        // The metric of a classification keeps its name.
        Replaced(
            pattern: "(?i:recall(s|ed)?)", use: "load",
            allowed: [
                "README.md", "Confusion.swift", "ROCChart.swift", "EvaluationPage.swift", "EvaluationValue.swift",
                "EvaluationText.swift", "commands.schema.json", "examples/commands/evaluate.json",
                "examples/commands/evaluate-comparison.json",
            ]),
        // Types that were renamed.
        Replaced(
            pattern: "(Parcels?|Flights?|Holdings?|Movers?|Tries|MinuteLine|NullMarks|Tellings?)",
            use: "Delivery, InFlightBatch, LeasedPartition, undelivered relay, CrashCounter, StatsLog, FanOut"),
    ]

    /// Relative paths of the files that people read.
    private func files() throws -> [String] {
        let pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
        let folders = ["Sources", "config", "deploy"].flatMap { folder in
            (FileManager.default.enumerator(atPath: root + "/" + folder)?.compactMap { $0 as? String } ?? [])
                .map { folder + "/" + $0 }
        }
        let kinds = [".swift", ".h", ".cpp", ".yaml", ".json", ".md"]
        return pages + folders.filter { path in kinds.contains { path.hasSuffix($0) } }.sorted()
    }

    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    @Test("no replaced word is used")
    func none() throws {
        let files = try files().map { path in
            (
                path: path,
                text: String(
                    decoding: FileManager.default.contents(atPath: root + "/" + path) ?? Data(), as: UTF8.self)
            )
        }
        #expect(files.count > 200 && files.allSatisfy { !$0.text.isEmpty }, "the sources were found")
        var offenders: [String] = []
        for word in Self.replaced {
            let pattern = try NSRegularExpression(pattern: #"\b("# + word.pattern + #")\b"#)
            for (path, text) in files where !word.allowed.contains(where: path.hasSuffix) {
                for match in pattern.matches(in: text, range: NSRange(text.startIndex..., in: text)) {
                    guard let range = Range(match.range, in: text) else { continue }
                    let line = text[..<range.lowerBound].utf8.count { $0 == UInt8(ascii: "\n") } + 1
                    offenders.append("\(path):\(line): '\(text[range])' (use: \(word.use))")
                }
            }
        }
        #expect(offenders.isEmpty, "\(offenders.count) places:\n\(offenders.joined(separator: "\n"))")
    }
}
