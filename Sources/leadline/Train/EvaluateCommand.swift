import ArgumentParser
import Foundation
import Intake
import LeadModel
import LeadTrainer
import Report

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures how good a scorecard from these records would be; needs no servers.",
        discussion: """
            Trains on some of the closed records and scores the others, as often as there are folds, and tells how well \
            that went. --time-ordered trains once, on the oldest 80 % by creation, and scores the newest 20 %: how a \
            model does on leads that come after it.

            The verdict. \(Verdict.rule)
            """)

    @Argument(help: "FILE.csv or FILE.jsonl.") var file: String
    @OptionGroup var columns: ColumnFlags
    @Option(help: "What the records are.") var entity = Entity.lead
    @Option(help: ArgumentHelp("Folds; a row's is its number modulo this (default: 5).", valueName: "n"))
    var folds: Int?
    @Option(help: ArgumentHelp("The column that names each row's fold.", valueName: "col")) var foldColumn: String?
    @Flag(help: "The oldest 80 % are trained on, the newest 20 % held out; needs --created.") var timeOrdered = false
    @Option(
        help: ArgumentHelp(
            "Where to write each row's probability, given by a scorecard that had not seen it.", valueName: "out.csv"))
    var predictions: String?
    @Option(help: ArgumentHelp("Where to write a page with all of it, for a browser.", valueName: "out.html"))
    var report: String?
    @OptionGroup var training: TrainingFlags
    @Flag(help: "The figures as JSON.") var json = false

    func validate() throws {
        guard columns.outcome != nil else {
            throw ValidationError(
                "--outcome COL and --positive VALUE say which records are \(entity.outcomes.positive.rawValue)")
        }
        guard [folds != nil, foldColumn != nil, timeOrdered].count(where: \.self) <= 1 else {
            throw ValidationError("--folds, --fold-column and --time-ordered are three ways to part the rows: say one")
        }
        if let folds, !(2...100).contains(folds) { throw ValidationError("--folds must be 2 to 100") }
        if timeOrdered, columns.created == nil {
            throw ValidationError("--time-ordered needs --created COL: which records are the oldest")
        }
    }

    func run() throws {
        var options = training.options(entity)
        options.missing = columns.missing
        let input = try columns.open(file, entity, fold: foldColumn)
        // What would fail after the work is to fail before it.
        for path in [predictions, report].compactMap(\.self) { try OutputFile.require(path) }
        let rows = try ClosedRows(input, foldColumn: foldColumn)
        let evaluation = try evaluate(rows, options)
        for warning in evaluation.warnings { printError("warning: \(warning)") }
        let evaluated = EvaluatedFile(
            evaluation: evaluation, file: file, rows: rows.count, closed: rows.records.count)
        if let predictions { try write(evaluation.probabilities, rows, to: predictions) }
        if let report { try OutputFile.write(Data(EvaluationPage(evaluated).source.utf8), to: report) }
        if json { return try printJSON(EvaluationShape(evaluated)) }
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
            if !rows.records.contains(where: \.isPositive), !rows.records.isEmpty {
                message += ". No row has the --positive value in \(columns.outcome ?? "its column")"
            }
            if case .oneFold = error, let foldColumn { message += ". Name another --fold-column than \(foldColumn)" }
            throw Failure(.data, message)
        }
    }

    /// A row a data row of the file, so that it can be laid beside it. Where there is no probability the field is quoted
    /// and empty: readers would skip a line with nothing on it.
    private func write(_ probabilities: [Double?], _ rows: ClosedRows, to path: String) throws {
        var lines = [String](repeating: "\"\"", count: rows.count)
        for (number, probability) in zip(rows.numbers, probabilities) {
            if let probability { lines[number] = "\(probability)" }
        }
        try OutputFile.write(Data((["probability"] + lines).map { $0 + "\n" }.joined().utf8), to: path)
    }
}

/// The records of a file that have an outcome, with where they stood.
private struct ClosedRows {
    /// Of all rows.
    var count = 0
    var records: [TrainingRecord] = []
    /// By record: the number of its row, from 0.
    var numbers: [Int] = []
    /// By record, where a column names them.
    var folds: [String]?
    /// Of the others.
    var open = OpenStages()

    init(_ file: RecordFile, foldColumn: String?) throws {
        let line = ProgressLine("reading \(file.path)")
        if foldColumn != nil { folds = [] }
        try file.read { record in
            count += 1
            line.show(count, of: nil)
            guard record.outcome != .open else { return open.add(record.stageValue) }
            if let foldColumn {
                guard let fold = record.fold else {
                    throw Failure(.data, "\(file.path), line \(record.line): no fold in \(foldColumn)")
                }
                folds?.append(fold)
            }
            numbers.append(record.row)
            records.append(
                TrainingRecord(
                    attributes: record.values, isPositive: record.outcome == .positive,
                    createdAt: record.createdAt, closedAt: record.closedAt))
        }
        line.finish()
    }
}
