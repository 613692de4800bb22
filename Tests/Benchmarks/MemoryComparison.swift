import Foundation
import Glibc
import LeadModel

/// A worker's resident memory after a tenth of its records and after all of them: what it keeps must not grow with what
/// it has scored. One lane, all records distinct; they come in portions, so that queues and disk stay small, and what
/// the consumer's queue took is thrown away between them.
struct MemoryComparison {
    var records: Int
    var folder: String

    /// Records that lie in queues at most.
    private static let portion = 50_000

    struct Figures: Codable {
        var bench = "memory"
        /// What the requirement allows.
        var bar = 1.1
        /// Of VmRSS, after the last record and after the first tenth.
        var ratio = 0.0
        /// The same of what is no file's.
        var ratioOwn = 0.0
        var first = Point()
        var last = Point()
        var series: [Point] = []
        var seconds = 0.0

        func json() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }

        var text: String {
            func row(_ cells: [String]) -> String {
                cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }.joined()
            }
            func megabytes(_ kilobytes: Int) -> String { String(format: "%.1f", Double(kilobytes) / 1024) }
            let rows = series.map {
                row(["\($0.records)", megabytes($0.resident), megabytes($0.own), megabytes($0.peak)])
            }
            return
                ([row(["records", "VmRSS MB", "RssAnon MB", "VmHWM MB"])] + rows + [
                    "A worker of one lane holds \(megabytes(last.resident)) MB after \(last.records) records and "
                        + "\(megabytes(first.resident)) MB after \(first.records): "
                        + "\(String(format: "%.3f", ratio)) times as much; the bar is \(bar). "
                        + "Without the pages of files: \(String(format: "%.3f", ratioOwn)) times."
                ]).joined(separator: "\n")
        }
    }

    /// Of a process that rests, in kilobytes.
    struct Point: Codable {
        /// Scored so far.
        var records = 0
        /// VmRSS.
        var resident = 0
        /// Of that what is no file's: RssAnon.
        var own = 0
        /// The most that was ever resident: VmHWM.
        var peak = 0
    }

    func run() throws -> Figures {
        note("leads and a scorecard are made")
        let start = ContinuousClock.now
        let leads = try BenchLeads(now: Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)))
        let ground = try Ground(folder: folder + "/memory", fsync: .everysecond, leads: leads)
        defer { ground.stop() }
        try ground.clear(for: .worker)
        let worker = try Contender.worker.start(on: ground, python: "")
        defer { worker.stop() }
        let tenth = records / 10
        var figures = Figures()
        var scored = 0
        while scored < records {
            // A portion ends where the first figure is due.
            let end = min(records, scored + Self.portion, scored < tenth ? tenth : records)
            try score(end - scored, on: ground, by: worker)
            scored = end
            let point = try Point(of: worker, after: scored)
            guard try ground.storedCount() == scored else {
                throw BenchError("\(scored) records were scored, and \(try ground.storedCount()) are stored")
            }
            note("\(scored) records: \(point.resident / 1024) MB resident, \(point.own / 1024) of them its own")
            figures.series.append(point)
            if scored == tenth { figures.first = point }
        }
        guard let last = figures.series.last, figures.first.resident > 0 else {
            throw BenchError("nothing was measured")
        }
        figures.last = last
        figures.ratio = round3(Double(last.resident) / Double(figures.first.resident))
        figures.ratioOwn = round3(Double(last.own) / Double(figures.first.own))
        figures.seconds = ((ContinuousClock.now - start) / .seconds(1)).rounded()
        return figures
    }

    /// Has the worker score so many new records, and waits until each has its result. It works while they are published.
    private func score(_ count: Int, on ground: Ground, by worker: ChildProcess) throws {
        try ground.purgeResults()
        try ground.fill(count, for: .worker)
        var (most, progress) = (0, ContinuousClock.now)
        while most < count {
            let results = try ground.resultCount()
            if results > most { (most, progress) = (results, .now) }
            guard worker.isRunning, ContinuousClock.now - progress < Ground.patience else {
                let what = worker.isRunning ? "is stuck" : "ended"
                throw BenchError("the worker \(what) after \(most) of \(count) records:\n\(worker.lastWords)")
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

}

extension MemoryComparison.Point {
    /// After a moment's rest, so that no batch is in hand.
    init(of worker: ChildProcess, after records: Int) throws {
        Thread.sleep(forTimeInterval: 1)
        let status = (try? String(contentsOfFile: "/proc/\(worker.processID)/status", encoding: .utf8)) ?? ""
        func kilobytes(_ name: String) throws -> Int {
            for line in status.split(separator: "\n") where line.hasPrefix(name + ":") {
                if let number = line.split(separator: " ").compactMap({ Int($0) }).first { return number }
            }
            throw BenchError("the worker ended after \(records) records:\n\(worker.lastWords)")
        }
        self.init(
            records: records, resident: try kilobytes("VmRSS"), own: try kilobytes("RssAnon"),
            peak: try kilobytes("VmHWM"))
    }
}
