import Foundation
import LeadModel
import LeadTrainer

/// What a score costs, and its reasons, beside LightGBM with 100 trees on the same closed records; all on one thread.
///
/// Ours begins with a record as it is stored, its texts and numbers by name, and ends with what a person reads.
/// LightGBM's begins with a row of numbers in which categories are codes already, and ends with numbers.
struct ScoreComparison {
    var rounds: Int
    var python: String
    var folder: String
    /// Nothing: records are made up.
    var file: TrainingFile?
    /// Records that are made up.
    var records = 20_000

    /// The records that are scored, again and again: more than the processor remembers the branches of.
    static let scored = 2_000

    func run() throws -> Figures {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file =
            try self.file ?? TrainingFile(MadeUpTable(records: records, attributes: 20), at: folder + "/score.csv")
        note("LightGBM trains on \(file.path)")
        let learner = try Learner(
            "LightGBM", python,
            ["Tests/Benchmarks/Python/lightgbm_rows.py", "--folder", folder, "--rows", "\(Self.scored)"]
                + file.arguments)
        defer { learner.stop() }
        let lightGBM = try LightGBM(learner.answer())
        note("we train on it")
        let ours = try OurScoring(file, scored: lightGBM.ready.rowCount)
        try ours.check()

        var measured: [Way: [Double]] = [:]
        for round in 1...rounds {
            note("round \(round) of \(rounds)")
            for way in Way.allCases {
                if let pass = ours.pass(way) ?? lightGBM.pass(way) {
                    measured[way, default: []].append(Self.microseconds(lightGBM.ready.rowCount, pass))
                }
            }
            for (name, time) in try learner.ask("round", [String: Double].self) {
                guard let way = Way(rawValue: name) else { throw BenchError("LightGBM measured \(name)") }
                measured[way, default: []].append(time)
            }
        }
        return Figures(
            file: self.file?.path, rounds: rounds, attributes: ours.scorecard.attributes.count,
            pairs: ours.scorecard.pairs.count, lightgbm: lightGBM.ready.version, trees: lightGBM.ready.trees,
            medians: measured.mapValues { $0.sorted()[$0.count / 2] })
    }

    /// Of this thread's processor time a record.
    private static func microseconds(_ count: Int, _ pass: () -> Double) -> Double {
        // What stays the same is worked out once, and is not measured.
        var sum = pass()
        var passes = 0
        let begin = ProcessorTime.secondsOfThread()
        var seconds = 0.0
        while seconds < 0.1 {
            sum += pass()
            passes += 1
            seconds = ProcessorTime.secondsOfThread() - begin
        }
        // The sum is asked for so that nothing of the work is left out.
        precondition(!sum.isNaN)
        return seconds * 1e6 / Double(passes * count)
    }
}

/// What is measured, in the order of the table.
enum Way: String, CaseIterable {
    case score, contributions, topReasons, allReasons
    case lightgbm, lightgbmContributions
    case python, pythonOf1000, pythonOf100000
    case pythonContributions, pythonContributionsOf1000, pythonContributionsOf100000

    var title: String {
        switch self {
        case .score: "Leadline: evidence and score"
        case .contributions: "Leadline: the same and all contributions, as numbers"
        case .topReasons: "Leadline: score and the top reasons, in words"
        case .allReasons: "Leadline: score and all reasons, in words"
        case .lightgbm: "LightGBM, C API, one record: predict"
        case .lightgbmContributions: "LightGBM, C API, one record: pred_contrib"
        case .python: "LightGBM, Python, one record: predict"
        case .pythonOf1000: "LightGBM, Python, 1,000 at once: predict"
        case .pythonOf100000: "LightGBM, Python, 100,000 at once: predict"
        case .pythonContributions: "LightGBM, Python, one record: pred_contrib"
        case .pythonContributionsOf1000: "LightGBM, Python, 1,000 at once: pred_contrib"
        case .pythonContributionsOf100000: "LightGBM, Python, 100,000 at once: pred_contrib"
        }
    }
}

/// Our scorecard, and the records that it scores.
private struct OurScoring {
    let scorecard: Scorecard
    private var records: [Record] = []
    private let now: Moment

    init(_ file: TrainingFile, scored: Int) throws {
        var options = TrainingOptions()
        options.missing = file.missing
        let table = TrainingTable(options: options)
        now = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        var (records, names) = ([Record](), [Exact: AttributeName]())
        let stamp = Stamp(time: now, order: 1)
        try file.records.read { closed in
            guard closed.outcome != .open else { return }
            table.add(attributes: closed.attributes, isPositive: closed.outcome == .positive)
            guard records.count < scored else { return }
            var record = Record()
            for (name, value) in closed.attributes {
                let known = names[name] ?? AttributeName(name)
                names[name] = known
                // A number in a file is a text, and in an event a number.
                let given = value.asNumber.map { Value.number($0) } ?? value
                record.cells[.attribute(known)] = Record.Cell(stamp: stamp, value: given)
            }
            records.append(record)
        }
        self.records = records
        scorecard = try Trainer.train(table).scorecard
    }

    /// That all reasons add up to the score.
    func check() throws {
        for record in records {
            let evidence = scorecard.evidence(of: record, at: now)
            let sum = scorecard.reasons(evidence).reduce(scorecard.intercept) { $0 + $1.contribution }
            guard abs(sum - scorecard.logOdds(evidence)) < 1e-9 else { throw BenchError("reasons do not add up") }
        }
    }

    /// All records; gives a sum of what came of them. Nothing if it is not our way.
    func pass(_ way: Way) -> (() -> Double)? {
        switch way {
        case .score: { each { _ in 0 } }
        case .contributions: { each { scorecard.shares($0)[0] } }
        case .topReasons: { each { scorecard.topReasons($0).first?.contribution ?? 0 } }
        case .allReasons: { each { scorecard.reasons($0)[0].contribution } }
        default: nil
        }
    }

    @inline(__always)
    private func each(_ more: (Evidence) -> Double) -> Double {
        var sum = 0.0
        for record in records {
            let evidence = scorecard.evidence(of: record, at: now)
            sum += scorecard.probability(evidence) + more(evidence)
        }
        return sum
    }
}

extension LightGBM {
    fileprivate func pass(_ way: Way) -> (() -> Double)? {
        switch way {
        case .lightgbm: { self.pass(.probability) }
        case .lightgbmContributions: { self.pass(.contributions) }
        default: nil
        }
    }
}
