import Foundation
import LeadModel
import Testing

@testable import LeadTrainer

@Suite("On real leads the scorecard is better than naive Bayes")
struct RealDataTests {
    @Test(
        "trained on 5,000 leads of an education company, tested on the rest",
        .enabled(if: SharedData.exists, SharedData.reason))
    func heldOut() throws {
        let records = try SharedData.education()
        var options = TrainingOptions()
        options.missing = ["Select"]
        let card = try Trainer.train(Array(records[..<5000]), options: options).scorecard
        let test = Array(5000..<records.count)
        let outcomes = test.map { records[$0].isPositive }
        let probabilities = test.map { card.probability(card.evidence(of: records[$0].attributes)) }
        let bayes = NaiveBayes.fit(records, training: Array(0..<5000), test: test, missing: ["Select"])
        let auc = try #require(Metrics.auc(probabilities, outcomes))
        let bayesAUC = try #require(Metrics.auc(bayes, outcomes))
        #expect(auc >= 0.900)
        #expect(auc > bayesAUC + 0.02)
        #expect(card.quality.auc >= 0.890)
        #expect(card.quality.logLoss <= 0.405)
    }
}

/// Public sample data that stands beside the repository, where it is there; none of it is part of the product.
private enum SharedData {
    static let reason: Comment = "needs the public sample data in ../shared/data or LEADLINE_SHARED_DATA"

    static var folder: URL {
        if let path = ProcessInfo.processInfo.environment["LEADLINE_SHARED_DATA"] { return URL(filePath: path) }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.deletingLastPathComponent().appending(path: "shared/data")
    }

    static var exists: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "xedu-leads.csv").path)
    }

    static func education() throws -> [TrainingRecord] {
        let left: Set<String> = [
            "Converted", "Prospect ID", "Lead Number", "Tags", "Lead Quality", "Lead Profile",
            "Asymmetrique Activity Index", "Asymmetrique Profile Index", "Asymmetrique Activity Score",
            "Asymmetrique Profile Score", "Last Notable Activity",
        ]
        let rows = table(try Data(contentsOf: folder.appending(path: "xedu-leads.csv")))
        let header = rows[0].map { Exact($0) }
        let outcome = try #require(header.firstIndex(of: "Converted"))
        return rows.dropFirst().map { row in
            TrainingRecord(
                attributes: header.indices.filter { !left.contains(header[$0].text) }.map {
                    (name: header[$0], value: .text(row[$0]))
                }, isPositive: row[outcome] == "1")
        }
    }

    /// CSV with quotes, as these files use it.
    private static func table(_ data: Data) -> [[String]] {
        var (rows, row, field): ([[String]], [String], [UInt8]) = ([], [], [])
        var isQuoted = false
        for byte in data {
            switch byte {
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted, UInt8(ascii: "\n") where !isQuoted:
                row.append(String(decoding: field, as: UTF8.self).trimmed)
                field = []
                if byte == UInt8(ascii: "\n") {
                    rows.append(row)
                    row = []
                }
            default: field.append(byte)
            }
        }
        return rows
    }
}
