import LeadModel

/// The published models of an organization's leads or opportunities, ready for scoring, and which of them scores a record.
public struct ModelCatalog: Sendable {
    public enum Choice: Sendable {
        case model(PublishedModel)
        /// No published model is for the record, or none is published.
        case unpublished
        /// A model is published for it that this process can't read, such as one of a newer format.
        case unreadable

        public var model: PublishedModel? { if case .model(let model) = self { model } else { nil } }
    }

    /// One model of the line-up.
    struct Slot: Sendable {
        let scope: PreparedScope
        /// If this process can't read the published version, the version that scored before, if it knows one.
        let model: PublishedModel?
    }

    /// What the registry says is published, readable or not.
    public let lineUp: LineUp
    /// In the order of the line-up; of a former one if the registry's can't be read.
    let slots: [Slot]

    init(_ lineUp: LineUp = .init(), _ slots: [Slot] = []) { (self.lineUp, self.slots) = (lineUp, slots) }

    /// The model that scores a record: the first one whose scope contains it.
    ///
    /// - Parameters:
    ///   - related: the account and contact that it references.
    ///   - now: for the ages of dates.
    ///   - ignoresProcess: for an organization that heeds processes only in the sweep.
    public func choose(
        for record: MergedRecord, _ related: RelatedEntities, at now: Moment, ignoresProcess: Bool = false
    ) -> Choice {
        if lineUp.isEmpty { return .unpublished }
        if slots.isEmpty { return .unreadable }
        for slot in slots
        where slot.scope.contains(record.record, related, at: now, ignoresProcess: ignoresProcess) {
            return slot.model.map { .model($0) } ?? .unreadable
        }
        return .unpublished
    }

    /// Whether records are scored by what is published, not by a former version.
    public var isUpToDate: Bool {
        !lineUp.isDamaged && slots.map(\.model?.version) == lineUp.versions.map(Optional.some)
    }

    /// The scorecard of a version, if it scores.
    func scorecard(_ version: ModelVersion) -> Scorecard? {
        slots.first { $0.model?.version == version }?.model?.scorecard
    }

    /// The model of that name that scores.
    func model(_ name: String) -> PublishedModel? {
        slots.lazy.compactMap(\.model).first { Exact($0.version.name) == Exact(name) }
    }
}

/// A published version with its scorecard.
public final class PublishedModel: Sendable {
    public let version: ModelVersion
    public let scorecard: Scorecard

    init(version: ModelVersion, scorecard: Scorecard) { (self.version, self.scorecard) = (version, scorecard) }
}
