import ArgumentParser
import Foundation
import LeadModel
import LeadTrainer
import Operations

struct TrainCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a scorecard on closed records.",
        discussion: """
            It needs at least 40 records of each outcome, created within two years before the newest date in the data. \
            With --output it needs no servers; with --name the registry gets a new version.

            The kind of an attribute follows from its values: a number, a category, a boolean, a date (read as its age), a \
            list of choices (separated by semicolons, commas or pipes), an e-mail address, a person's name or a telephone \
            number (of which only the kind is used). Ids, constants, and all but one of several attributes that say the \
            same are left out. Stage, days in stage (--stage, --stage-since) and process are used like \
            attributes; a stage that records enter only when they are closed counts as missing.

            Numbers and dates are read in the spellings that CRMs write: "1,234.50", "1.234,50 EUR", "(99)", "45 %", \
            "02/11/2026 8:47 PM", "2026-02-11T20:47:00". What the values leave open, --decimal and --date-order decide. \
            Null words (NULL, N/A, None, -, …) count as missing, unless --keep names one.

            It warns of attributes that predict the outcome too well to have been known before it, and keeps them \
            unless they are excluded (--exclude, --exclude-suspects): those that alone reach an AUC of 0.85 (0.77 if a \
            third of the records lack them), or in pairs 0.93; that are filled in, or have a value, for only one \
            outcome; dates after the close; and, for stored records, those that are filled in only after closing. It also \
            warns of sensitive attributes such as age or religion, which --bar-sensitive leaves out.

            With --from-registry it trains on the closed records that came by events and imports. No file is read then, \
            and --missing, --exclude and --only refer to attributes.
            """)

    @Argument(help: "FILE.csv or FILE.jsonl; none with --from-registry.") var file: String?
    @Flag(help: "Trains on the closed records that are stored for the organization.") var fromRegistry = false
    @OptionGroup var columns: ColumnFlags
    @OptionGroup var target: Target
    @Option(help: ArgumentHelp("Where to write the scorecard.", valueName: "card.json")) var output: String?
    @Option(help: ArgumentHelp("The model that gets a new version in the registry.", valueName: "model"))
    var name: String?
    @OptionGroup var scope: ScopeFlags
    @Flag(help: "Publishes the new version: it scores from now on.") var publish = false
    @Flag(help: "With --publish: scores stored records by it at once, not with the next daily sweep.") var now = false
    @OptionGroup var training: TrainingFlags
    @Option(
        help: ArgumentHelp(
            "A column that nobody can change, so that `explain --suggest` leaves it alone. Age, country, company size, "
                + "source and the like are known by their names. Can be repeated.", valueName: "col"))
    var fixed: [String] = []
    @Option(
        help: ArgumentHelp(
            "A column that can be changed, although its name says otherwise. Can be repeated.", valueName: "col"))
    var changeable: [String] = []
    @Flag(help: "Print the figures as JSON.") var json = false

    func validate() throws {
        guard output != nil || name != nil else {
            throw ValidationError("say where the scorecard goes: --output card.json, or --name NAME for the registry")
        }
        guard !publish || name != nil else { throw ValidationError("--publish needs --name") }
        guard !now || publish else { throw ValidationError("--now needs --publish") }
        if let name, !ModelName.isValid(name) { throw ValidationError("--name \(ModelName.rule)") }
        if fromRegistry {
            guard file == nil else { throw ValidationError("give either FILE or --from-registry") }
            if let flag = columns.roleFlags.first {
                throw ValidationError("\(flag) names a column of a file; --from-registry reads none")
            }
        } else if file == nil {
            throw ValidationError("say what to train on: FILE.csv, FILE.jsonl, or --from-registry")
        }
        if !fromRegistry { try columns.outcomes.require(target.entity) }
    }

    private var outcomes: (positive: Status, negative: Status) { target.entity.outcomes }

    func run(_ settings: Settings) throws {
        var options = training.options(target.entity)
        columns.putSpellings(into: &options)
        options.exclude = columns.attributes(columns.exclude, target.entity)
        options.only = columns.attributes(columns.only, target.entity)
        options.fixed = columns.attributes(fixed, target.entity)
        options.changeable = columns.attributes(changeable, target.entity)
        let scope = try scope.scope
        let records = try file.map { try columns.survey($0, target.entity).withAllAttributes() }
        let deployment = try Servers(settings).deployment
        let models = ModelAdministration(deployment, organization: target.org, entity: target.entity)
        // Fails before the long work instead of after it.
        if let output { try OutputFile.require(output) }
        if name != nil { try models.check() }
        if name != nil || fromRegistry, try models.barsSensitive() { options.barsSensitive = true }
        let reading = ProgressLine("reading \(records?.path ?? "the stored \(target.entity.plural)")")
        let table =
            try knownAttributes {
                if let records {
                    try TrainingData.table(of: records, in: scope, options: options) { reading.show($0, of: nil) }
                } else {
                    try TrainingData.table(
                        ofStored: target.entity, target.org, in: deployment, scope: scope, options: options,
                        progress: { reading.show($0, of: nil) }, damaged: { printError("warning: left out: \($0)") })
                }
            }
        reading.finish()
        var result = try train(table)
        result.scorecard.scope = scope
        for warning in result.warnings.sentences(target.entity) { printError("warning: \(warning)") }
        let read = Set(result.scorecard.attributes.map { Exact($0.name) })
        for (flag, names) in [("--fixed", options.fixed), ("--changeable", options.changeable)] {
            for name in names where !read.contains(Exact(name)) {
                printError("warning: \(flag) names \(name.printable), which the scorecard doesn't read")
            }
        }
        let artifact = result.scorecard.artifact()
        if let output { try OutputFile.write(artifact, to: output) }
        let (version, publication) = try name.map { try register(artifact, $0, models) } ?? (nil, nil)
        try report(result, version)
        if !json, let publication {
            publication.lineUp.show(target)
            print(publication.sweepText(target))
        }
    }

    private func knownAttributes(_ table: () throws -> TrainingTable) throws -> TrainingTable {
        do {
            return try table()
        } catch let error as TrainingData.UnknownAttribute {
            let flag = error.isOfFilter ? "--where" : "--exclude or --only"
            let whose =
                file.map { "record of \($0)" } ?? "\(error.isOfFilter ? "" : "closed ")\(target.entity.rawValue)"
            throw Failure(
                .usage,
                "no \(whose) has an attribute \(error.name.printable), which \(flag) names"
                    + (file.map { "; `leadline inspect \($0)` shows those that there are" } ?? ""))
        }
    }

    private func train(_ table: TrainingTable) throws -> TrainingResult {
        let line = ProgressLine("training")
        defer { line.finish() }
        do {
            return try Trainer.train(table) { progress in
                line.show(Int(progress.fraction * 100), of: 100, progress.phase)
            }
        } catch {
            throw Failure(.data, "\(file ?? target.org): \(error)")
        }
    }

    private func register(
        _ artifact: Data, _ name: String, _ models: ModelAdministration
    ) throws -> (ModelVersion?, ModelAdministration.Publication?) {
        let (version, isCreated) = try models.add(artifact, as: name)
        if isCreated { printError("created organization \(target.org)") }
        guard publish else { return (version, nil) }
        return (version, try models.publish(name, version: version.version, startsSweep: now))
    }

    private func report(_ result: TrainingResult, _ version: ModelVersion?) throws {
        if json { return try printJSON(TrainingValue(result, version: version, output: output)) }
        let (training, quality) = (result.scorecard.training, result.scorecard.quality)
        print(
            """
            trained on \(training.positives) \(outcomes.positive.rawValue) and \(training.negatives) \
            \(outcomes.negative.rawValue) \(target.entity.plural), \(result.scorecard.attributes.count) attributes
            \(quality.method): AUC \
            \(quality.auc.decimals(4)), log loss \(quality.logLoss.decimals(4)), accuracy \((quality.accuracy * 100).decimals(1)) %
            """)
        if let output { print("wrote \(output)") }
        if let version {
            print("\(target.org): \(publish ? "published" : "added") model \(version)")
            if !publish {
                print("run `leadline model publish \(version.name)\(target.flags)` to start scoring with it")
            }
        }
    }
}
