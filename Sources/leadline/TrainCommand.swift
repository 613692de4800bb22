import ArgumentParser
import Foundation
import Intake
import LeadModel
import LeadTrainer
import Registry

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Makes a scorecard from closed records.",
        discussion: """
            At least 40 records of either outcome, created within two years before the newest date in the data, are \
            needed. With --output no servers are; with --name the registry gets a new version.
            """)

    @Argument(help: "FILE.csv or FILE.jsonl.") var file: String
    @OptionGroup var columns: ColumnFlags
    @OptionGroup var target: Target
    @Option(help: "Where to write the scorecard.") var output: String?
    @Option(help: "The model that gets a new version in the registry.") var name: String?
    @Flag(help: "The new version is the one that scores from now on.") var publish = false
    @Option(help: "The date by which ages and the window are taken; by default the newest in the data.") var asOf:
        String?
    @Option(help: "Threads; the result is the same.") var threads: Int?
    @Option(help: "Of the random draws.") var seed: UInt64 = 1
    @Flag(help: "The figures as JSON.") var json = false

    func validate() throws {
        guard output != nil || name != nil else {
            throw ValidationError("say where the scorecard goes: --output card.json, or --name NAME for the registry")
        }
        guard !publish || name != nil else { throw ValidationError("--publish needs --name") }
        if let name, let fault = ModelName.fault(name) { throw ValidationError("--name \(fault)") }
        guard columns.outcome != nil else {
            throw ValidationError("--outcome COL and --positive VALUE say what was won")
        }
    }

    func run() throws {
        var options = TrainingOptions(entity: target.entity)
        options.missing = columns.missing
        options.seed = seed
        if let threads { options.threads = threads }
        if let asOf { options.asOf = try Moment(flag: "--as-of", asOf) }
        let records = try closedRecords()
        let line = ProgressLine("training")
        let result = try Trainer.train(records, options: options) { progress in
            line.show(Int(progress.fraction * 100), of: 100, progress.phase)
        }
        line.finish()
        for warning in result.warnings { printError("warning: \(warning)") }
        let artifact = result.scorecard.artifact()
        if let output { try artifact.write(toFile: output) }
        let version = try name.map { try register(artifact, $0) }
        try report(result, version)
    }

    private func closedRecords() throws -> [TrainingRecord] {
        let line = ProgressLine("reading \(file)")
        var (records, read): ([TrainingRecord], Int) = ([], 0)
        try RecordFile(path: file, roles: columns.roles(target.entity)).read { record in
            read += 1
            line.show(read, of: nil)
            guard record.outcome != .open else { return }
            records.append(
                TrainingRecord(
                    attributes: record.attributes, isPositive: record.outcome == .positive,
                    createdAt: record.createdAt, closedAt: record.closedAt))
        }
        line.finish()
        return records
    }

    private func register(_ artifact: Data, _ name: String) throws -> ModelVersion {
        try Servers.withRegistry { registry in
            if try registry.create(target.org) { printError("made organization \(target.org)") }
            let version = try registry.add(artifact, as: name, organization: target.org, entity: target.entity)
            guard publish else { return version }
            _ = try registry.publish(
                name, version: version.version, organization: target.org, entity: target.entity)
            return version
        }
    }

    private func report(_ result: TrainingResult, _ version: ModelVersion?) throws {
        let (training, quality) = (result.scorecard.training, result.scorecard.quality)
        if json {
            return try printJSON(
                Report(
                    model: version?.name, version: version?.version, output: output, positives: training.positives,
                    negatives: training.negatives, auc: quality.auc, logLoss: quality.logLoss,
                    accuracy: quality.accuracy, folds: quality.folds, warnings: result.warnings.map(\.description)))
        }
        let outcomes = target.entity.outcomes
        print(
            """
            trained on \(training.positives) \(outcomes.positive.rawValue) and \(training.negatives) \
            \(outcomes.negative.rawValue) \(target.entity.plural), \(result.scorecard.attributes.count) attributes
            on records that the fit had not seen (\(quality.folds) folds): AUC \(decimals(quality.auc, 4)), log loss \
            \(decimals(quality.logLoss, 4)), accuracy \(decimals(quality.accuracy * 100, 1)) %
            """)
        if let output { print("wrote \(output)") }
        if let version {
            print("\(target.org): \(publish ? "published" : "added") model \(version)")
            if !publish { print("it scores once `leadline model publish \(version.name)` is said") }
        }
    }

    private struct Report: Encodable {
        var model: String?
        var version: Int?
        var output: String?
        var positives, negatives: Int
        var auc, logLoss, accuracy: Double
        var folds: Int
        var warnings: [String]
    }
}

/// Names of models.
enum ModelName {
    /// What is wrong with a name; nothing if all is well.
    static func fault(_ name: String) -> String? {
        let isPlain = !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return (1...100).contains(name.utf8.count) && isPlain && name == name.trimmed
            ? nil : "must have 1 to 100 bytes, no control characters, and no blanks at its ends"
    }
}

extension Data {
    /// Writes a file whole or not at all.
    func write(toFile path: String) throws {
        do {
            try write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure(.data, "cannot write \(path): \(error.localizedDescription)")
        }
    }
}

extension Moment {
    /// The date that a flag gives.
    init(flag: String, _ text: String) throws {
        guard let moment = Moment(inFile: text) else {
            throw ValidationError("\(flag) must be a date such as 2026-11-21 or 2026-11-21T09:30:00Z")
        }
        self = moment
    }
}
