import Foundation
import LeadModel

/// What the other consumers get, at half of full load, while one consumer's full queue refuses every result: beside the
/// same without it, in interleaved pairs.
struct BystanderComparison {
    var rounds: Int
    var leads: Int
    var folder: String

    struct Figures: Codable {
        var bench = "bystander"
        var rounds = 0
        /// Leads published a second: half of what one lane drains.
        var offered = 0.0
        /// Medians of results a second that the other consumer got.
        var with = 0.0
        var without = 0.0
        /// The median of the pairs' ratios.
        var ratio = 0.0

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }

        var text: String {
            "A consumer's full queue refuses: of \(short(offered)) records/s offered the others get \(short(with)), "
                + "without it \(short(without)); median of \(rounds) pairs' ratios \(short(ratio))."
        }
    }

    func run() throws -> Figures {
        note("leads and a scorecard are made")
        let benchLeads = try BenchLeads(now: Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
        let ground = try Ground(folder: folder + "/bystander", fsync: .always, leads: benchLeads)
        defer { ground.stop() }
        try ground.takeSample()
        let offered = try ground.drain(.worker, leads: leads, python: "").recordsPerSecond / 2
        var pairs: [(with: Double, without: Double)] = []
        for round in 0..<rounds {
            var (with, without) = (0.0, 0.0)
            for isFull in round % 2 == 0 ? [true, false] : [false, true] {
                if isFull { try ground.addFullQueue() }
                let pace = try ground.pace(.worker, rate: offered, seconds: 5, python: "")
                if isFull {
                    with = pace.recordsPerSecond
                    try ground.removeFullQueue()
                } else {
                    without = pace.recordsPerSecond
                }
            }
            note("round \(round + 1): \(Int(with)) records/s with the full queue, \(Int(without)) without")
            pairs.append((with, without))
        }
        return Figures(
            rounds: rounds, offered: offered.rounded(), with: pairs.map(\.with).median.rounded(),
            without: pairs.map(\.without).median.rounded(), ratio: pairs.map { $0.with / $0.without }.median)
    }
}
