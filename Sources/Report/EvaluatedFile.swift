import LeadModel
import LeadTrainer

/// The evaluation of a file's records, with the counts that only the reader of the file knows.
public struct EvaluatedFile: Sendable {
    public var evaluation: Evaluation
    /// The file's path.
    public var file: String
    /// Data rows of the file, and how many of them have an outcome.
    public var rows: Int
    public var closed: Int

    public init(evaluation: Evaluation, file: String, rows: Int, closed: Int) {
        (self.evaluation, self.file, self.rows, self.closed) = (evaluation, file, rows, closed)
    }

    /// A phrase for each reason why rows were neither trained on nor held out; empty if all were measured.
    public var notMeasured: [String] {
        let plural = evaluation.entity.plural
        var phrases: [String] = []
        if closed < rows { phrases.append("\((rows - closed).grouped) \(plural) without an outcome") }
        if evaluation.outsideWindow > 0, let since = evaluation.since {
            let until = evaluation.scorecard.training.asOf.map { " or after \($0.prefix(10))" } ?? ""
            phrases.append("\(evaluation.outsideWindow.grouped) created before \(since)\(until)")
        }
        if evaluation.undated > 0 { phrases.append("\(evaluation.undated.grouped) without a creation date") }
        return phrases
    }

    /// "5 folds", "5 folds, drawn 5 times", or the name of the only part.
    public var method: String {
        if evaluation.parts.count == 1 { return evaluation.parts[0].name }
        let folds = "\(evaluation.parts.count / evaluation.repeats) folds"
        return evaluation.repeats == 1 ? folds : "\(folds), drawn \(evaluation.repeats) times"
    }
}
