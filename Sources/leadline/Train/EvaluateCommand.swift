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
            the scores are. --time-ordered trains once, on the oldest 80 % by creation, and scores the newest 20 %: how a \
            model does on leads that come after it.

            The verdict. \(Verdict.rule)
            """)

    @Argument(help: "FILE.csv or FILE.jsonl.") var file: String
    @OptionGroup var columns: ColumnFlags
    @Option(help: "What the records are.") var entity = Entity.lead
    @Option(help: ArgumentHelp("How many folds; a row's fold is its number modulo this (default: 5).", valueName: "n"))
    var folds: Int?
    @Option(help: ArgumentHelp("The column that names each row's fold.", valueName: "col")) var foldColumn: String?
    @Flag(help: "Train on the oldest 80 %, hold out the newest 20 %; needs --created.") var timeOrdered = false
    @Option(
        help: ArgumentHelp(
            "Where to write each row's probability, given by a scorecard that had not seen it.", valueName: "out.csv"))
    var predictions: String?
    @Option(help: ArgumentHelp("Where to write all of this as an HTML page.", valueName: "out.html"))
    var report: String?
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
    }

    func run() throws {
        var options = training.options(entity)
        columns.putSpellings(into: &options)
        let input = try columns.survey(file, entity, fold: foldColumn)
        // Fails before the long work instead of after it.
        for path in [predictions, report].compactMap(\.self) { try OutputFile.require(path) }
        let reading = ProgressLine("reading \(input.path)")
        let rows = try ClosedRows(input) { reading.show($0, of: nil) }
        reading.finish()
        let evaluation = try evaluate(rows, options)
        for warning in evaluation.warnings.sentences(entity) { printError("warning: \(warning)") }
        let evaluated = EvaluatedFile(
            evaluation: evaluation, file: file, rows: rows.count, closed: rows.records.count)
        if let predictions { try write(evaluation.probabilities, rows, to: predictions) }
        if let report { try OutputFile.write(Data(EvaluationPage(evaluated).source.utf8), to: report) }
        if json { return try printJSON(EvaluationValue(evaluation, rows: rows.count, closed: rows.records.count)) }
        print(EvaluationText(evaluated, width: Terminal.width).text)
        for path in [predictions, report].compactMap(\.self) { print("wrote \(path)") }
    }

    private func evaluate(_ rows: ClosedRows, _ options: TrainingOptions) throws -> Evaluation {
        let line = ProgressLine("evaluating")
        defer { line.finish() }
        let method: EvaluationMethod =
            timeOrdered ? .timeOrdered : rows.folds.map { .named($0) } ?? .folds(folds ?? 5, rows: rows.numbers)
        do {
            return try Evaluation(rows.records, method, open: rows.open, options: options) { progress in
                line.show(Int(progress.fraction * 100), of: 100, progress.phase)
            }
        } catch {
            var message = "\(file): \(error)"
            if case .oneFold = error, let foldColumn { message += ". Name another --fold-column than \(foldColumn)" }
            throw Failure(.data, message)
        }
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
