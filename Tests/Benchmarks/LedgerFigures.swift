import Foundation

/// What came of the comparison of ledgers: medians in microseconds, the former of each two beside the latter.
struct LedgerFigures: Codable {
    struct Pair: Codable {
        var former, latter: Double
        var ratio: Double

        init(_ times: [Double]) {
            (former, latter) = ((times[0] * 10).rounded() / 10, (times[1] * 10).rounded() / 10)
            ratio = (times[1] / times[0] * 1000).rounded() / 1000
        }
    }

    var bench = "ledger"
    /// Of the small ledger and the large one, like the two lists below.
    var records: [Int]
    var scorings: [Int] = []
    var bytes: [Int] = []
    /// What the requirement allows of each ratio.
    var bars = ["first": 1.5, "later": 2, "series": 1]
    /// First pages: of the small ledger and of the large one.
    var first: [String: Pair] = [:]
    /// Of the large ledger: page 1 and page 1,000.
    var later: [String: Pair] = [:]
    /// Of the large ledger: page 1 by score, and a series of 400.
    var series: Pair?

    init(records: [Int]) { self.records = records }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    var text: String {
        var lines = records.indices.map {
            "\(records[$0]) open leads, \(scorings[$0]) scorings: \(bytes[$0] / 1_000_000) MB"
        }
        func add(_ title: String, _ pairs: [(String, Pair)]) {
            lines += ["", title]
            lines += pairs.map { name, pair in
                "  " + name.padding(toLength: 34, withPad: " ", startingAt: 0)
                    + String(format: "%9.0f %9.0f  %6.2f", pair.former, pair.latter, pair.ratio)
            }
        }
        add(
            "first page, µs: of \(records[0]), of \(records[1]), ratio (bar \(bars["first"] ?? 0))",
            first.sorted { $0.key < $1.key })
        add("µs: page 1, page 1000, ratio (bar \(bars["later"] ?? 0))", later.sorted { $0.key < $1.key })
        if let series {
            add(
                "µs: page 1, a series of \(MadeUpLedger.longest), ratio (bar \(bars["series"] ?? 0))",
                [("series", series)])
        }
        return lines.joined(separator: "\n")
    }
}
