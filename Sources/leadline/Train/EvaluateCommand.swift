import ArgumentParser
import Foundation
import Intake
import LeadModel
import LeadTrainer
import Operations
import Report

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures how good a scorecard from these records would be; needs no servers.",
        discussion: """
            For each fold, it trains on the other folds' closed records and scores this fold's. Then it reports how good \
            the scores are. Of fewer than \(EvaluationMethod.few) closed records, the folds are drawn \
            \(EvaluationMethod.usualRepeats) times, each with its share of both outcomes, and the figures are means. \
            --time-ordered trains once, on the oldest 80 % by creation, and scores the newest 20 %: how a \
            model does on leads that come after it.

            --compare OTHER, --compare-exclude and --compare-exclude-suspects evaluate twice on the same folds, and report \
            by how much the two differ and whether that can be chance.

            The verdict. \(Verdict.rule)
            """)

    @Argument(help: "FILE.csv or FILE.jsonl.") var file: String
    @OptionGroup var columns: ColumnFlags
    @Option(help: "What the records are.") var entity = Entity.lead
    @Option(
        help: ArgumentHelp(
            "How many folds; a row's fold is its number modulo this (default: 5, drawn repeatedly if records are few).",
            valueName: "n"))
    var folds: Int?
    @Option(help: ArgumentHelp("The column that names each row's fold.", valueName: "col")) var foldColumn: String?
    @Flag(help: "Train on the oldest 80 %, hold out the newest 20 %; needs --created.") var timeOrdered = false
    @Option(
        help: ArgumentHelp(
            "Where to write each row's probability, given by a scorecard that had not seen it.", valueName: "out.csv"))
    var predictions: String?
    @Option(help: ArgumentHelp("Where to write all of this as an HTML page.", valueName: "out.html"))
    var report: String?
    @OptionGroup var comparing: CompareFlags
    @OptionGroup var training: TrainingFlags
    @Flag(help: "Print the figures as JSON.") var json = false

    func validate() throws {
        try columns.outcomes.require(entity)
        guard [folds != nil, foldColumn != nil, timeOrdered].count(where: \.self) <= 1 else {
            throw ValidationError(
                "--folds, --fold-column and --time-ordered are three ways to split the rows: give one")
        }
        if let folds, !(2...100).contains(folds) { throw ValidationError("--folds must be 2 to 100") }
        if timeOrdered, columns.created == nil {
            throw ValidationError("--time-ordered needs --created COL: which records are the oldest")
        }
        if comparing.isGiven, predictions != nil || report != nil {
            throw ValidationError("--predictions and --report are of one evaluation: give them without --compare")
        }
    }

    func run() throws {
        // Fails before the long work instead of after it.
        for path in [predictions, report].compactMap(\.self) { try OutputFile.require(path) }
        let rows = try read(file, columns)
        if comparing.isGiven { return try compare(rows) }
        let evaluation = try evaluate(rows, options)
        for warning in evaluation.warnings.sentences(entity) { printError("warning: \(warning)") }
        let evaluated = EvaluatedFile(
            evaluation: evaluation, file: file, rows: rows.count, closed: rows.records.count)
        if let predictions { try write(evaluation.probabilities, rows, to: predictions) }
        if let report { try OutputFile.write(Data(EvaluationPage(evaluated).source.utf8), to: report) }
        if json { return try printJSON(EvaluationValue(evaluation, rows: rows.count, closed: rows.records.count)) }
        let without = CommandText(CommandLine.arguments + ["--exclude-suspects"]).text
        print(EvaluationText(evaluated, withoutSuspects: without, width: Terminal.width).text)
        for path in [predictions, report].compactMap(\.self) { print("wrote \(path)") }
    }

    private var options: TrainingOptions {
        var options = training.options(entity)
        columns.putSpellings(into: &options)
        return options
    }

    private func read(_ file: String, _ columns: ColumnFlags) throws -> ClosedRows {
        let input = try columns.survey(file, entity, fold: foldColumn)
        let reading = ProgressLine("reading \(input.path)")
        defer { reading.finish() }
        return try ClosedRows(input) { reading.show($0, of: nil) }
    }

    private func compare(_ rows: ClosedRows) throws {
        var other = columns
        other.exclude += comparing.compareExclude
        var otherOptions = options
        if comparing.compareExcludeSuspects { otherOptions.excludesSuspects = true }
        let path = comparing.compare ?? file
        let others = comparing.readsAgain ? try read(path, other) : rows
        guard let matched = MatchedRows(rows, others) else {
            throw Failure(
                .usage,
                "\(file) has \(rows.count.grouped) rows and \(path) \(others.count.grouped): give --id COL, so that their "
                    + "records can be matched")
        }
        let comparison = try evaluate(matched, (rows.open, options), (others.open, otherOptions))
        let names = comparing.names(file)
        for (name, evaluation) in [(names.first, comparison.first), (names.second, comparison.second)] {
            for warning in evaluation.warnings.sentences(entity) { printError("warning: \(name): \(warning)") }
        }
        let text = ComparisonText(comparison, names: names)
        if json {
            return try printJSON(
                ComparisonValue(
                    comparison, names: names, finding: text.finding, unmatched: matched.unmatched,
                    contradicting: matched.contradicting,
                    sides: (
                        EvaluationValue(comparison.first, rows: rows.count, closed: matched.first.count),
                        EvaluationValue(comparison.second, rows: others.count, closed: matched.second.count)
                    )))
        }
        let evaluated = EvaluatedFile(
            evaluation: comparison.first, file: file, rows: rows.count, closed: rows.records.count)
        let leftOut = [
            (matched.unmatched, "in one of the files only"), (matched.contradicting, "that ended differently in both"),
        ].filter { $0.0 > 0 }.map { "\($0.0.grouped) closed \(entity.plural) \($0.1)" }
        print(text.text(method: evaluated.method, leftOut: leftOut + evaluated.notMeasured, width: Terminal.width))
    }

    private func evaluate(
        _ matched: MatchedRows, _ first: (open: OpenStages, options: TrainingOptions),
        _ second: (open: OpenStages, options: TrainingOptions)
    ) throws -> EvaluationComparison {
        let line = ProgressLine("evaluating")
        defer { line.finish() }
        let method = method(matched.numbers, matched.folds)
        do {
            return try EvaluationComparison(
                (matched.first, first.open, first.options), (matched.second, second.open, second.options), method
            ) { line.show(Int($0.fraction * 100), of: 100, $0.phase) }
        } catch {
            throw failure(error)
        }
    }

    private func method(_ numbers: [Int], _ names: [String]?) -> EvaluationMethod {
        if timeOrdered { return .timeOrdered }
        if let names { return .named(names) }
        return folds.map { .folds($0, rows: numbers) } ?? .usual(rows: numbers)
    }

    private func evaluate(_ rows: ClosedRows, _ options: TrainingOptions) throws -> Evaluation {
        let line = ProgressLine("evaluating")
        defer { line.finish() }
        do {
            return try Evaluation(rows.records, method(rows.numbers, rows.folds), open: rows.open, options: options) {
                line.show(Int($0.fraction * 100), of: 100, $0.phase)
            }
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: EvaluationError) -> Failure {
        var message = "\(file): \(error)"
        if case .oneFold = error, let foldColumn { message += ". Name another --fold-column than \(foldColumn)" }
        return Failure(.data, message)
    }

    /// One row per data row of the file, so that both can be compared line by line. If there is no probability, the field is
    /// quoted and empty: readers would skip an empty line.
    private func write(_ probabilities: [Double?], _ rows: ClosedRows, to path: String) throws {
        var lines = [String](repeating: "\"\"", count: rows.count)
        for (number, probability) in zip(rows.numbers, probabilities) {
            if let probability { lines[number] = "\(probability)" }
        }
        try OutputFile.write(Data((["probability"] + lines).map { $0 + "\n" }.joined().utf8), to: path)
    }
}
