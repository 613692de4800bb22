import LeadModel
import Registry

/// A merged record with the model that scores it.
struct Chosen {
    var merged: Merged
    var model: ModelCatalog.Choice
    /// The scorecard of the stored scoring, if the chosen version is another one.
    var former: Scorecard?
}

extension Lane {
    /// Chooses the published model for each record. It reads from Redis only the scorecards of former versions that the
    /// lane has not cached.
    func choose(_ merged: [Merged]) throws -> [Chosen] {
        try merged.map { merged in
            guard let entity = merged.work.kind.entity else { return Chosen(merged: merged, model: .unpublished) }
            let settings = merged.organization.settings
            let choice = merged.organization.models(entity).choose(
                for: merged.record, merged.related, at: reference,
                ignoresProcess: settings.process == .sweep && merged.work.lease == nil)
            return Chosen(
                merged: merged, model: choice, former: try formerScorecard(of: merged, entity, choice.model?.version))
        }
    }

    /// The first scoring by another version also stores the evidence under the former one: later the change of the score
    /// can be split into the model's part and the record's.
    private func formerScorecard(
        of merged: Merged, _ entity: Entity, _ version: ModelVersion?
    ) throws -> Scorecard? {
        guard let version, let former = merged.record.base.scoring?.model, former != version else { return nil }
        return try whileRedisIsThere {
            try view.readableScorecard(former, organization: merged.work.organization, entity: entity)
        }
    }
}
