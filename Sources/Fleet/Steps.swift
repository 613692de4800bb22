import Contract
import LeadModel
import Registry

// The pure steps of a turn.

extension Lane {
    /// Folds the events into the stored records, and finds what is due. Events with names that no longer fit into their
    /// partition's dictionary are refused by name.
    func merge(_ loaded: [Loaded], _ done: inout Done) -> [Merged] {
        _ = fails(at: .merge, loaded.map(\.work.id))
        var fresh: [Partition: Set<AttributeName>] = [:]
        return loaded.map { loaded in
            var loaded = loaded
            let partition = loaded.place.partition
            let known = store.names(of: partition)
            let limit = loaded.organization.settings.names
            loaded.work.events.removeAll { event in
                var new = known?.unknown(in: event.event) ?? event.event.fields.compactMap(\.field.attributeName)
                guard !new.isEmpty else { return false }
                new.removeAll { fresh[partition]?.contains($0) == true }
                let room = limit - (known?.count ?? 0) - (fresh[partition]?.count ?? 0)
                guard new.count <= max(0, room) else {
                    let first = new.map(\.exact).sorted()[max(0, room)]
                    done.refused.append((event.origin, .tooManyNames(first, limit: limit)))
                    return true
                }
                fresh[partition, default: []].formUnion(new)
                return false
            }
            return Merged(loaded: loaded, decision: decision(of: loaded))
        }
    }

    private func decision(of loaded: Loaded) -> Decision {
        let (work, organization) = (loaded.work, loaded.organization)
        let events = work.events.lazy.map(\.event)
        guard let entity = work.kind.entity else {
            return Decision(base: loaded.base, events: events, of: work.kind)
        }
        let published = organization.published(entity)
        var circumstances = Decision.Circumstances(published: published?.version)
        circumstances.isUnpublished = organization.isUnpublished(entity)
        circumstances.scoresUpdates = organization.settings.updates == .realtime
        circumstances.ranges = organization.settings.ranges(entity)
        circumstances.windowStart = reference.adding(seconds: -86_400 * Int64(organization.settings.window))
        circumstances.entities = loaded.entities
        (circumstances.isFanOut, circumstances.isLargeFanOut) = (work.isFanOut, work.isLargeFanOut)
        circumstances.sweep = work.lease?.decisionSweep
        if let scorecard = published?.scorecard, scorecard.usesTime {
            let (entities, now) = (loaded.entities, reference)
            circumstances.timeMoved = { record in
                scorecard.evidence(of: record.joined(with: entities), at: now) != record.scoring?.evidence
            }
        }
        return Decision(base: loaded.base, events: events, in: circumstances)
    }

    /// Scores what is due: table look-ups in memory.
    func score(_ merged: [Merged]) -> [Scored] {
        _ = fails(at: .score, merged.map(\.loaded.work.id))
        return merged.map { merged in
            let (base, decision, place) = (merged.loaded.base, merged.decision, merged.loaded.place)
            var work = merged.loaded.work
            // A record that bears its sweep's mark was worked in it before.
            if let sweep = work.lease?.decisionSweep, base.sweepMark == sweep.number { work.isRepeat = true }
            if work.isLargeFanOut, base.wasScoredAtOnce(by: merged.loaded.entities) { work.isRepeat = true }
            guard decision.changesState else {
                return Scored(work: work, place: place, record: base, decision: decision, change: nil)
            }
            let now = reference
            let record = decision.committed(now: now) { revision in
                Scoring(of: decision.record, loaded: merged.loaded, revision: revision, at: now)
            }
            var change = RecordStore.Change(
                place: place, expected: base.revision, record: record, isScored: decision.isDue,
                counts: decision.countsRecord(now: now))
            change.epoch = merged.loaded.organization.epoch
            change.token = work.lease?.token
            change.fansOut = decision.fansOut
            change.expiring = Expiry.of(
                work.id, record: record, base: base, now: now,
                retention: merged.loaded.organization.settings.retention)
            return Scored(work: work, place: place, record: record, decision: decision, change: change)
        }
    }
}

extension Scoring {
    /// The scoring of a merged record by what is published, which must be something.
    init(of merged: Record, loaded: Loaded, revision: UInt64, at now: Moment) {
        let (base, settings) = (loaded.base, loaded.organization.settings)
        let entity = loaded.work.kind.entity!
        let published = loaded.organization.published(entity)!
        let record = merged.joined(with: loaded.entities)
        let evidence = published.scorecard.evidence(of: record, at: now)
        let probability = published.scorecard.probability(evidence)
        self.init(
            revision: revision, model: published.version, evidence: evidence, probability: probability,
            grade: settings.ranges(entity).grade(of: LeadModel.score(probability: probability)),
            previousScore: base.scoring?.score, previousGrade: base.grade,
            trigger: loaded.work.lease == nil ? .realtime : .sweep, at: now, deadBand: settings.steady)
        accountRevision = loaded.entities.revision(.account)
        contactRevision = loaded.entities.revision(.contact)
        if let model = base.scoring?.model, model != published.version, let card = loaded.former {
            former = Former(model: model, evidence: card.evidence(of: record, at: now))
        }
    }
}

extension Scored {
    /// What is to be published of it, once it is stored: its news; of a repeat all that stands; to the one queue that
    /// asked for it all that stands besides.
    var outcomes: [Outcome] {
        let all: [Outcome.What] = (record.scoring == nil ? [] : [.scoring]) + (record.notice == nil ? [] : [.notice])
        let targets = work.lease?.targets ?? []
        // Whoever cleared it, since its contact was erased, may have died before it was told.
        let isCleared = work.isFanOut && record.scoring?.evidence.bins.isEmpty == true
        let news: [Outcome.What] =
            if work.isRepeat || targets.contains(nil) {
                all
            } else {
                (decision.isDue || decision.clearsEvidence || isCleared ? [.scoring] : [])
                    + (decision.notice == nil ? [] : [.notice])
            }
        return news.map { outcome($0) } + targets.compactMap(\.self).flatMap { queue in all.map { outcome($0, queue) } }
    }

    private func outcome(_ what: Outcome.What, _ queue: String? = nil) -> Outcome {
        Outcome(
            organization: work.organization, kind: work.kind, id: work.id, record: record, what: what, queue: queue)
    }
}
