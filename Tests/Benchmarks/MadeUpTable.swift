import Foundation
import LeadTrainer

/// Records that nobody has: half of the attributes are numbers, half categories, some values are missing, and a third of
/// the attributes tells nothing. The outcome follows a hidden sum of the others and of products of neighbours, with
/// chance added. The same arguments give the same file.
struct MadeUpTable {
    var records: Int
    var attributes: Int
    var seed: UInt64 = 5

    static let outcome = "outcome"
    static let positive = "won"

    private var numbers: Int { attributes / 2 }

    /// Writes it as CSV; only a part of it is in memory at a time.
    func write(to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError("\(path) cannot be written") }
        defer { try? file.close() }
        var random = SplitMix64(seed: seed)
        let names =
            (0..<numbers).map { "number\($0 + 1)" } + (numbers..<attributes).map { "category\($0 - numbers + 1)" }
        var text = (names + [Self.outcome]).joined(separator: ",") + "\n"
        for _ in 0..<records {
            append(to: &text, by: &random)
            if text.utf8.count > 1 << 20 {
                try file.write(contentsOf: Data(text.utf8))
                text.removeAll(keepingCapacity: true)
            }
        }
        try file.write(contentsOf: Data(text.utf8))
    }

    /// One record.
    private func append(to text: inout String, by random: inout SplitMix64) {
        var logOdds = -0.6
        var former = 0.0
        for place in 0..<attributes {
            let isNumber = place < numbers
            let value = isNumber ? Self.number(place, random.unit()) : Self.category(place, random.unit())
            let isMissing = random.unit() < 0.06
            if !isMissing { text += value.text }
            text += ","
            guard place % 3 != 2, !isMissing else { continue }
            // The first of each kind tell the most.
            let weight = 2.4 / (1 + Double(place % max(1, numbers)) / 3)
            logOdds += weight * value.worth * (place % 4 == 1 ? 1 + 3 * former : 1)
            former = value.worth
        }
        text += random.unit() < 1 / (1 + exp(-logOdds)) ? Self.positive : "lost"
        text += "\n"
    }

    /// In turn a share of two decimals, a count, and an amount with a long tail; worth −½…½.
    private static func number(_ place: Int, _ level: Double) -> (text: String, worth: Double) {
        let text =
            switch place % 3 {
            case 0: "\((level * 10_000).rounded() / 100)"
            case 1: "\(Int(level * level * 40))"
            default: "\(Int(exp(5 + 6 * level)))"
            }
        return (text, level - 0.5)
    }

    /// One of 4 to 64 categories, the first of them more often than the last; worth −½…½.
    private static func category(_ place: Int, _ level: Double) -> (text: String, worth: Double) {
        let category = Int(level * level * Double(4 << (place % 5)))
        return ("value\(category)", Double((category * 7 + place * 3) % 10) / 9 - 0.5)
    }
}
