import LeadModel
import Registry

/// Work with the new state of its record, including the new score.
struct Scored {
    var work: Work
    var place: RecordStore.Place
    /// As it will be stored, or as it is stored if nothing changes.
    var record: Record
    var decision: Decision
    /// Nil if nothing changes.
    var change: RecordStore.Change?
}

extension Lane {
    /// Scores what is due, and prepares the changes to be stored.
    func score(_ decided: [Decided]) -> [Scored] {
        _ = fails(at: .score, decided.map(\.chosen.merged.work.id))
        return decided.map { decided in
            let (merged, decision) = (decided.chosen.merged, decided.decision)
            let base = merged.record.base
            var work = merged.work
            work.noteEarlierWork(on: base, merged.related)
            guard decision.changesState else {
                return Scored(work: work, place: merged.place, record: base, decision: decision, change: nil)
            }
            let record = decision.committed(now: reference) { revision in
                Scoring(decided, revision: revision, at: reference)
            }
            var change = RecordStore.Change(
                place: merged.place, expected: base.revision, record: record, isScored: decision.isDue,
                counts: decision.countsRecord(now: reference))
            change.epoch = merged.organization.epoch
            change.token = work.lease?.token
            change.fansOut = decision.fansOut
            change.expiring = Expiry.of(
                work.id, record: record, base: base, now: reference,
                retention: merged.organization.settings.retention)
            return Scored(work: work, place: merged.place, record: record, decision: decision, change: change)
        }
    }
}

extension Scoring {
    /// The scoring that a decision found due. A model must have been chosen, and the record be a lead or opportunity.
    fileprivate init(_ decided: Decided, revision: UInt64, at now: Moment) {
        let (chosen, merged) = (decided.chosen, decided.chosen.merged)
        let (base, settings) = (merged.record.base, merged.organization.settings)
        let model = chosen.model.model!
        // The decision has already computed the evidence if it checked whether time alone changed the score.
        let (evidence, former) =
            decided.decision.evidence.map { ($0, nil) } ?? chosen.evidence(of: decided.decision.record, model, at: now)
        let probability = model.scorecard.probability(evidence)
        self.init(
            revision: revision, model: model.version, evidence: evidence, probability: probability,
            grade: settings.ranges(merged.work.kind.entity!).grade(of: LeadModel.score(probability: probability)),
            previousScore: base.scoring?.score, previousGrade: base.grade,
            trigger: merged.work.lease == nil ? .realtime : .sweep, at: now, deadBand: settings.steady)
        accountRevision = merged.related.revision(.account)
        contactRevision = merged.related.revision(.contact)
        self.former = former
    }
}

extension Chosen {
    /// The evidence under the chosen model, and under the former one where the model changed.
    fileprivate func evidence(
        of record: Record, _ model: PublishedModel, at now: Moment
    ) -> (Evidence, Scoring.Former?) {
        let joined = record.joined(with: merged.related)
        let evidence = model.scorecard.evidence(of: joined, at: now)
        guard let former, let version = merged.record.base.scoring?.model else { return (evidence, nil) }
        return (evidence, .init(model: version, evidence: former.evidence(of: joined, at: now)))
    }
}
