import ArgumentParser
import Foundation
import Intake
import LeadModel

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Scores the records of a file by a scorecard; needs no servers.",
        discussion: """
            The scorecard is what `train --output` writes, or `model show --json` prints. Probabilities are exactly \
            those that a worker would give.
            """)

    @Argument(help: "FILE.csv or FILE.jsonl.") var file: String
    @Option(help: ArgumentHelp("The scorecard.", valueName: "card.json")) var model: String
    @Option(
        help: ArgumentHelp(
            "Where to write id (with --id), probability and score of each record; by default standard output.",
            valueName: "out.csv"))
    var output: String?
    @Option(
        help: ArgumentHelp(
            "The point in time at which ages are measured; by default now. Later dates count as missing.",
            valueName: "date"))
    var asOf: Moment?
    @OptionGroup var columns: ColumnFlags

    func run() throws {
        let data = try InputFile.read(model)
        let card: Scorecard
        do { card = try Scorecard(artifact: data) } catch { throw Failure(.data, "\(model) is \(error)") }
        let records = try columns.open(file, card.entity)
        if let output { try OutputFile.require(output) }
        let moment = asOf ?? .present
        var unseen = Set(card.attributes.map { Exact($0.name) }).subtracting(columns.fields)
        var lines = [CSVLine([columns.id].compactMap(\.self) + ["probability", "score"]).text]
        let progress = ProgressLine("scoring")
        try records.read { record in
            if !unseen.isEmpty { unseen.subtract(record.attributes.map(\.name) + record.emptied) }
            progress.show(lines.count - 1, of: nil)
            let probability = card.probability(card.evidence(of: record.values, at: moment))
            let id = columns.id == nil ? [] : [record.id ?? ""]
            lines.append(CSVLine(id + ["\(probability)", "\(LeadModel.score(probability: probability))"]).text)
        }
        progress.finish()
        for attribute in card.attributes where unseen.contains(Exact(attribute.name)) {
            printError(
                "warning: \(file) has no column \(attribute.name), which the scorecard reads; it counts as missing")
        }
        let text = lines.joined(separator: "\n") + "\n"
        guard let output else { return print(text, terminator: "") }
        try OutputFile.write(Data(text.utf8), to: output)
        print("scored \(lines.count - 1) records into \(output)")
    }
}
