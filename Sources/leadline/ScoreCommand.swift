import ArgumentParser
import Foundation
import Intake
import LeadModel

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Scores the records of a file by a scorecard; needs no servers.")

    @Argument(help: "FILE.csv or FILE.jsonl.") var file: String
    @Option(help: "The scorecard.") var model: String
    @Option(help: "Where to write id (with --id), probability and score, a row a record; by default the screen.")
    var output: String?
    @OptionGroup var columns: ColumnFlags

    func run() throws {
        guard let data = FileManager.default.contents(atPath: model) else {
            throw Failure(.data, "\(model) cannot be read")
        }
        let card: Scorecard
        do { card = try Scorecard(artifact: data) } catch { throw Failure(.data, "\(model) is \(error)") }
        var lines = [columns.id == nil ? "probability,score" : "\(Self.quoted(columns.id!)),probability,score"]
        let progress = ProgressLine("scoring")
        try RecordFile(path: file, roles: columns.roles(card.entity)).read { record in
            progress.show(lines.count - 1, of: nil)
            let probability = card.probability(card.evidence(of: record.attributes))
            let id = columns.id == nil ? "" : Self.quoted(record.id ?? "") + ","
            lines.append("\(id)\(probability),\(LeadModel.score(probability: probability))")
        }
        progress.finish()
        let text = lines.joined(separator: "\n") + "\n"
        guard let output else { return print(text, terminator: "") }
        try Data(text.utf8).write(toFile: output)
        print("scored \(lines.count - 1) records into \(output)")
    }

    /// As CSV wants it (RFC 4180).
    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
