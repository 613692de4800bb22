import Contract
import LeadModel
import LeadTrainer

/// A training's figures and where its scorecard went; as JSON they have the shape of the contract.
public struct TrainingValue: Encodable {
    @OrNull var model: String?
    @OrNull var version: Int?
    @OrNull var output: String?
    var positives, negatives: Int
    var auc, logLoss, accuracy: Double
    @OrNull var bags: Int?
    @OrNull var folds: Int?
    var warnings: [String]

    /// - Parameters:
    ///   - version: the version in the registry, if it was added there.
    ///   - output: the path of the file, if it was written to one.
    public init(_ result: TrainingResult, version: ModelVersion?, output: String?) {
        let (training, quality) = (result.scorecard.training, result.scorecard.quality)
        (model, self.version, self.output) = (version?.name, version?.version, output)
        (positives, negatives) = (training.positives, training.negatives)
        (auc, logLoss, accuracy) = (quality.auc, quality.logLoss, quality.accuracy)
        (bags, folds) = (quality.bags, quality.folds)
        warnings = result.warnings.map(\.description)
    }
}
