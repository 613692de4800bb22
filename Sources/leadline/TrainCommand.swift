import ArgumentParser
import Contract
import Foundation
import Intake
import LeadModel
import LeadTrainer
import Redis
import Registry

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Makes a scorecard from closed records.",
        discussion: """
            At least 40 records of either outcome, created within two years before the newest date in the data, are \
            needed. With --output no servers are; with --name the registry gets a new version.

            What an attribute is follows from its values: a number, a category, a date (read as its age), a list of \
            choices (parted by semicolons), an e-mail address, a name or a telephone number (of which only the kind is \
            told). Ids and what never changes are left out. Stage, days in stage (--stage, --stage-since) and process are
            used like attributes; a stage in which records are only because they were closed counts as missing.

            Warned of by name, and kept unless excluded, is what tells too much of the outcome to have been known before \
            it: what alone reaches an AUC of 0.85, or of 0.77 where a third of the records leave it empty; values of one \
            outcome alone; and, of stored records, what is filled in only after closing.

            With --from-registry it trains on the closed records that came by events and imports; then no file is read, \
            and --missing, --exclude and --only speak of attributes.
            """)

    @Argument(help: "FILE.csv or FILE.jsonl; none with --from-registry.") var file: String?
    @Flag(help: "Trains on the closed records that are stored for the organization.") var fromRegistry = false
    @OptionGroup var columns: ColumnFlags
    @OptionGroup var target: Target
    @Option(help: ArgumentHelp("Where to write the scorecard.", valueName: "card.json")) var output: String?
    @Option(help: ArgumentHelp("The model that gets a new version in the registry.", valueName: "model"))
    var name: String?
    @Flag(help: "The new version is the one that scores from now on.") var publish = false
    @Flag(help: "With --publish: scores stored records by it at once, not with the next daily sweep.") var now = false
    @OptionGroup var training: TrainingFlags
    @Flag(help: "The figures as JSON.") var json = false

    func validate() throws {
        guard output != nil || name != nil else {
            throw ValidationError("say where the scorecard goes: --output card.json, or --name NAME for the registry")
        }
        guard !publish || name != nil else { throw ValidationError("--publish needs --name") }
        guard !now || publish else { throw ValidationError("--now needs --publish") }
        if let name, let fault = ModelName.fault(name) { throw ValidationError("--name \(fault)") }
        if fromRegistry {
            guard file == nil else { throw ValidationError("say either FILE or --from-registry") }
            if let flag = columns.roleFlags.first {
                throw ValidationError("\(flag) names a column of a file; --from-registry reads none")
            }
        } else if file == nil {
            throw ValidationError("say what to train on: FILE.csv, FILE.jsonl, or --from-registry")
        }
        guard fromRegistry || columns.outcome != nil else {
            throw ValidationError(
                "--outcome COL and --positive VALUE say which records are \(outcomes.positive.rawValue)")
        }
    }

    private var outcomes: (positive: Status, negative: Status) { target.entity.outcomes }

    func run() throws {
        var options = training.options(target.entity)
        options.missing = columns.missing
        options.exclude = columns.attributes(columns.exclude, target.entity)
        options.only = columns.attributes(columns.only, target.entity)
        let records = try file.map { try columns.open($0, target.entity).withAllAttributes() }
        // What would fail after the work is to fail before it.
        if let output { try OutputFile.require(output) }
        if name != nil { _ = try Servers.readRegistry { try $0.now() } }
        let table = try records.map { try closed($0, options) } ?? stored(options)
        let result = try train(table)
        for warning in result.warnings { printError("warning: \(warning)") }
        let artifact = result.scorecard.artifact()
        if let output { try OutputFile.write(artifact, to: output) }
        let registered = try name.map { try register(artifact, $0) }
        try report(result, registered?.version)
        if !json, let stored = registered?.stored { print(stored) }
    }

    private func train(_ table: TrainingTable) throws -> TrainingResult {
        let line = ProgressLine("training")
        defer { line.finish() }
        let (isAnyPositive, isEmpty) = (table.positives > 0, table.count == 0)
        do {
            return try Trainer.train(table) { progress in
                line.show(Int(progress.fraction * 100), of: 100, progress.phase)
            }
        } catch {
            var message = "\(file ?? target.org): \(error)"
            if file != nil, !isAnyPositive, !isEmpty {
                message += ". No row has the --positive value in \(columns.outcome ?? "its column")"
            }
            throw Failure(.data, message)
        }
    }

    private func closed(_ file: RecordFile, _ options: TrainingOptions) throws -> TrainingTable {
        let line = ProgressLine("reading \(file.path)")
        let table = TrainingTable(options: options)
        var read = 0
        try file.read { record in
            read += 1
            line.show(read, of: nil)
            guard record.outcome != .open else { return table.open.add(record.stageValue) }
            table.add(
                attributes: record.values, isPositive: record.outcome == .positive, createdAt: record.createdAt,
                closedAt: record.closedAt)
        }
        line.finish()
        return table
    }

    private func stored(_ options: TrainingOptions) throws -> TrainingTable {
        let redis = try RedisConnection(Servers.read().redis)
        defer { redis.close() }
        let settings = try RegistryReader(redis).requiredSettings(of: target.org)
        let line = ProgressLine("reading the stored \(target.entity.plural)")
        let table = TrainingTable(options: options)
        var read = 0
        try StoredRecords(
            redis, organization: target.org, kind: RecordKind(target.entity), partitions: settings.partitions
        ).read { id, record in
            read += 1
            line.show(read, of: nil)
            table.add(record, id: id)
        }
        line.finish()
        if let unknown = table.unknownChoices.first, table.count > 0 {
            throw Failure(
                .usage,
                "no closed \(target.entity.rawValue) has an attribute \(unknown), which --exclude or --only names")
        }
        return table
    }

    /// The new version; and if it is published, what becomes of stored records.
    private func register(_ artifact: Data, _ name: String) throws -> (version: ModelVersion, stored: String?) {
        try Servers.changeRegistry { registry in
            if try registry.create(target.org) { printError("made organization \(target.org)") }
            let version = try registry.add(artifact, as: name, organization: target.org, entity: target.entity)
            guard publish else { return (version, nil) }
            let isFirst = try !registry.hasPublished(organization: target.org, entity: target.entity)
            _ = try registry.publish(
                name, version: version.version, organization: target.org, entity: target.entity, startsSweep: now)
            let stored = try SweepWords.afterPublishing(
                isSwept: now || isFirst, target, registry, try registry.requiredSettings(of: target.org))
            return (version, stored)
        }
    }

    private func report(_ result: TrainingResult, _ version: ModelVersion?) throws {
        let (training, quality) = (result.scorecard.training, result.scorecard.quality)
        if json {
            return try printJSON(
                Report(
                    model: version?.name, version: version?.version, output: output, positives: training.positives,
                    negatives: training.negatives, auc: quality.auc, logLoss: quality.logLoss,
                    accuracy: quality.accuracy, bags: quality.bags, folds: quality.folds,
                    warnings: result.warnings.map(\.description)))
        }
        print(
            """
            trained on \(training.positives) \(outcomes.positive.rawValue) and \(training.negatives) \
            \(outcomes.negative.rawValue) \(target.entity.plural), \(result.scorecard.attributes.count) attributes
            \(quality.method): AUC \
            \(decimals(quality.auc, 4)), log loss \(decimals(quality.logLoss, 4)), accuracy \(decimals(quality.accuracy * 100, 1)) %
            """)
        if let output { print("wrote \(output)") }
        if let version {
            print("\(target.org): \(publish ? "published" : "added") model \(version)")
            if !publish { print("it scores once `leadline model publish \(version.name)\(target.flags)` is said") }
        }
    }

    private struct Report: Encodable {
        @OrNull var model: String?
        @OrNull var version: Int?
        @OrNull var output: String?
        var positives, negatives: Int
        var auc, logLoss, accuracy: Double
        @OrNull var bags: Int?
        @OrNull var folds: Int?
        var warnings: [String]
    }
}
