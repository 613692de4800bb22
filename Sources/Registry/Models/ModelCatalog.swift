import LeadModel

/// The published models of an organization's leads or opportunities, ready for scoring, and which of them scores a record.
///
/// At most one version is published today, and it scores every record. Only this type and `LineUp` know that. Several
/// models with filters would be chosen among in `choose`; the turn and the sweeps would stay as they are.
public struct ModelCatalog: Sendable {
    public enum Choice: Sendable {
        case model(PublishedModel)
        /// No published model is for the record.
        case unpublished
        /// A model is published for it that this process can't read, such as one of a newer format.
        case unreadable

        public var model: PublishedModel? { if case .model(let model) = self { model } else { nil } }
    }

    /// What the registry says is published, readable or not.
    public let lineUp: LineUp
    /// The models that score. If this process can't read the published version, it keeps the version that scored
    /// before.
    let models: [PublishedModel]

    init(_ lineUp: LineUp = .init(), _ models: [PublishedModel] = []) { (self.lineUp, self.models) = (lineUp, models) }

    /// The model that scores a merged record.
    public func choose(for record: MergedRecord) -> Choice {
        if lineUp.isEmpty { return .unpublished }
        return models.first.map { .model($0) } ?? .unreadable
    }

    /// Whether records are scored by what is published, not by a former version.
    public var isUpToDate: Bool { !lineUp.isDamaged && models.map(\.version) == lineUp.versions }

    /// The scorecard of a version, if it scores.
    func scorecard(_ version: ModelVersion) -> Scorecard? { models.first { $0.version == version }?.scorecard }
}

/// A published version with its scorecard.
public final class PublishedModel: Sendable {
    public let version: ModelVersion
    public let scorecard: Scorecard

    init(version: ModelVersion, scorecard: Scorecard) { (self.version, self.scorecard) = (version, scorecard) }
}
