import LeadModel
import Registry

/// A record with what is to be done about it.
struct Decided {
    var chosen: Chosen
    var decision: Decision
}

extension Lane {
    /// Decides what is due for each record: a score, a notice, a fan-out, a commit or nothing.
    func decide(_ chosen: [Chosen]) -> [Decided] {
        chosen.map { Decided(chosen: $0, decision: decision(about: $0)) }
    }

    private func decision(about chosen: Chosen) -> Decision {
        let (merged, work) = (chosen.merged, chosen.merged.work)
        guard let entity = work.kind.entity else { return Decision(about: merged.record, of: work.kind) }
        let settings = merged.organization.settings
        var circumstances = Decision.Circumstances(Decision.Model(chosen.model))
        if let scorecard = chosen.model.model?.scorecard, scorecard.usesTime {
            circumstances.agingScorecard = scorecard
        }
        circumstances.now = reference
        circumstances.scoresUpdates = settings.updates == .realtime
        circumstances.ranges = settings.ranges(entity)
        circumstances.windowStart = reference.adding(seconds: -86_400 * Int64(settings.window))
        circumstances.entities = merged.related
        (circumstances.isFanOut, circumstances.isLargeFanOut) = (work.isFanOut, work.isLargeFanOut)
        circumstances.erasedContact = work.erasedContact
        circumstances.sweep = work.lease?.decisionSweep
        return Decision(about: merged.record, in: circumstances)
    }
}

extension Decision.Model {
    fileprivate init(_ choice: ModelCatalog.Choice) {
        switch choice {
        case .model(let model): self = .version(model.version)
        case .unpublished: self = .unpublished
        case .unreadable: self = .unreadable
        }
    }
}
