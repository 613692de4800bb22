import LeadModel

/// Why there is no evaluation.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
    /// All records are of one fold: nothing would be left to train on.
    case oneFold
    case foldCount(Int)
    /// No record has a date of creation to be ordered by.
    case undated
    /// All were created at one moment: none is older than another.
    case oneMoment
    /// What a part would train on is not enough.
    case training(without: String, TrainingError)
    /// All the closed records are not enough.
    case trainingOnAll(TrainingError)

    public var description: String {
        switch self {
        case .oneFold: "all closed records are of one fold; at least two are needed"
        case .foldCount(let count): "\(count) folds; 2 to \(EvaluationMethod.mostFolds) can be measured"
        case .undated: "no closed record has a creation date, so they can't be ordered by time"
        case .oneMoment: "all closed records were created at the same moment; none is older than another"
        case .training(let part, let error): "without \(part) there is too little to train on: \(error)"
        case .trainingOnAll(let error): "\(error)"
        }
    }
}
