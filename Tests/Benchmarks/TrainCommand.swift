import ArgumentParser
import Foundation
import Glibc
import Intake
import LeadTrainer

/// A file to train on, and what its columns are.
struct TrainingFile {
    var path: String
    var outcome: String
    var positive: String
    var missing: [String] = []
    var exclude: [String] = []

    init(path: String, outcome: String, positive: String, missing: [String] = [], exclude: [String] = []) {
        (self.path, self.outcome, self.positive) = (path, outcome, positive)
        (self.missing, self.exclude) = (missing, exclude)
    }

    /// A made-up one.
    init(_ table: MadeUpTable, at path: String) throws {
        try table.write(to: path)
        self.init(path: path, outcome: MadeUpTable.outcome, positive: MadeUpTable.positive)
    }

    var records: RecordFile {
        get throws {
            var roles = ColumnRoles()
            (roles.outcome, roles.positive, roles.missing, roles.exclude) = (outcome, positive, missing, exclude)
            return try RecordFile(path: path, roles: roles)
        }
    }

    /// As every contender, ours and those in Python, is told of it.
    var arguments: [String] {
        ["--file", path, "--outcome", outcome, "--positive", positive] + missing.flatMap { ["--missing", $0] }
            + exclude.flatMap { ["--exclude", $0] }
    }
}

/// What a training cost the process that did it, as ours and those in Python tell it.
struct TrainingCost: Codable {
    var records = 0
    var attributes = 0
    /// Of wall clock.
    var readingSeconds = 0.0
    var trainingSeconds = 0.0
    /// Of all threads and processes, reading and training.
    var processorSeconds = 0.0
    /// The most that was ever resident.
    var peakMegabytes = 0.0
}

/// One training as `leadline train` does it, in a process of its own so that its memory and processor time can be read.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "train", shouldDisplay: false)

    @Option var file: String
    @Option var outcome: String
    @Option var positive: String
    @Option var missing: [String] = []
    @Option var exclude: [String] = []

    func run() throws {
        let file = TrainingFile(path: file, outcome: outcome, positive: positive, missing: missing, exclude: exclude)
        var options = TrainingOptions()
        options.missing = missing
        let start = ContinuousClock.now
        let table = TrainingTable(options: options)
        try file.records.read { record in
            guard record.outcome != .open else { return }
            table.add(attributes: record.attributes, isPositive: record.outcome == .positive)
        }
        let read = ContinuousClock.now
        var cost = TrainingCost(records: table.count)
        let scorecard = try Trainer.train(table).scorecard
        let end = ContinuousClock.now
        cost.attributes = scorecard.attributes.count
        (cost.readingSeconds, cost.trainingSeconds) = ((read - start) / .seconds(1), (end - read) / .seconds(1))
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        cost.processorSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
        // ru_maxrss is in kilobytes.
        cost.peakMegabytes = Double(usage.ru_maxrss) / 1024
        print(String(decoding: try JSONEncoder().encode(cost), as: UTF8.self))
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
