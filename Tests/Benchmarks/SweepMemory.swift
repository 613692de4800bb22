import Foundation
import LeadModel

/// A worker's memory after a sweep of a tenth of the records, and after one of all of them: what it keeps must not grow
/// with their number. Two workers for each, started anew; the larger of both counts.
struct SweepMemory {
    var records: Int
    var folder: String

    struct Figures: Codable {
        var bench = "sweep-memory"
        /// What is taken for not growing.
        var bar = 1.1
        /// Of VmRSS, and of that what is no file's: after all records and after a tenth.
        var ratio = 0.0
        var ratioOwn = 0.0
        var first: MemoryComparison.Point
        var last: MemoryComparison.Point

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }

        var text: String {
            func words(_ point: MemoryComparison.Point) -> String {
                String(
                    format: "%.1f MB (%.1f its own, at most %.1f)", Double(point.resident) / 1024,
                    Double(point.own) / 1024, Double(point.peak) / 1024) + " after a sweep of \(point.records) records"
            }
            return """
                A worker holds \(words(last)), and \(words(first)): \(short(ratio)) times as much, of its own \
                \(short(ratioOwn)) times; the bar is \(bar).
                """
        }
    }

    func run() throws -> Figures {
        note("leads and a scorecard are made")
        let leads = try BenchLeads(now: Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
        let ground = try Ground(folder: folder + "/sweep-memory", fsync: .everysecond, leads: leads)
        defer { ground.stop() }
        let (first, last) = (try memory(after: records / 10, on: ground), try memory(after: records, on: ground))
        return Figures(
            ratio: round3(Double(last.resident) / Double(first.resident)),
            ratioOwn: round3(Double(last.own) / Double(first.own)), first: first, last: last)
    }

    private func memory(after records: Int, on ground: Ground) throws -> MemoryComparison.Point {
        try ground.clear(for: .worker)
        let workers = try ground.startWorkers(2)
        defer { for worker in workers { worker.stop() } }
        try ground.storeChanged(records)
        let sweep = try ground.requestSweep()
        var purged = ContinuousClock.now
        try ground.awaitSweep(by: workers) {
            // So that queues and disk stay small.
            if ContinuousClock.now - purged > .seconds(1) {
                try ground.purgeResults()
                purged = .now
            }
            let left = try ground.left(of: sweep)
            return try left == 0 && !ground.isSwept(sweep) ? 1 : left
        }
        let points = try workers.map { try MemoryComparison.Point(of: $0, after: records) }
        note("\(records) records: \(points.map { "\($0.resident / 1024) MB" }.joined(separator: ", ")) resident")
        return points.max { $0.own < $1.own }!
    }
}
