import Contract
import LeadModel
import Registry

// The pure steps of a turn.

extension Lane {
    /// Folds the events into the stored records, and finds what is due. Events with names that no longer fit into their
    /// partition's dictionary are refused by name.
    func merge(_ recalled: [Recalled], _ done: inout Done) -> [Merged] {
        _ = fails(at: .merge, recalled.map(\.work.id))
        var fresh: [Partition: Set<AttributeName>] = [:]
        return recalled.map { recalled in
            var recalled = recalled
            let partition = recalled.place.partition
            let known = store.names(of: partition)
            let limit = recalled.organization.settings.names
            recalled.work.events.removeAll { event in
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
            let decision = Decision(
                base: recalled.base, events: recalled.work.events.lazy.map(\.event),
                hasModel: recalled.work.kind.entity.flatMap(recalled.organization.published) != nil,
                scoresUpdates: recalled.organization.settings.updates == .realtime)
            return Merged(recalled: recalled, decision: decision)
        }
    }

    /// Scores what is due: table look-ups in memory.
    func score(_ merged: [Merged]) -> [Scored] {
        _ = fails(at: .score, merged.map(\.recalled.work.id))
        return merged.map { merged in
            let (work, base, decision) = (merged.recalled.work, merged.recalled.base, merged.decision)
            let place = merged.recalled.place
            guard decision.changesState else {
                return Scored(work: work, place: place, record: base, decision: decision, change: nil)
            }
            let now = reference
            let published = work.kind.entity.flatMap(merged.recalled.organization.published)
            let record = decision.committed(now: now) { revision in
                // A score is due only where something is published.
                Scoring(of: decision.record, by: published!, after: base.scoring, revision: revision, at: now)
            }
            let change = RecordStore.Change(
                place: place, expected: base.revision, record: record, isScored: decision.isDue,
                counts: decision.countsRecord(now: now))
            return Scored(work: work, place: place, record: record, decision: decision, change: change)
        }
    }
}

extension Scoring {
    /// The scoring of a merged record by a published version.
    init(
        of record: Record, by published: RegistryView.Published, after former: Scoring?, revision: UInt64,
        at now: Moment
    ) {
        let evidence = published.scorecard.evidence(of: record, at: now)
        let probability = published.scorecard.probability(evidence)
        self.init(
            revision: revision, model: published.version, evidence: evidence, probability: probability,
            grade: GradeRanges.standard.grade(of: LeadModel.score(probability: probability)),
            previousScore: former?.score, previousGrade: former?.grade, trigger: .realtime, at: now)
    }
}

extension Scored {
    /// What is to be published of it, once it is stored: its news; of a repeat all that stands.
    var outcomes: [Outcome] {
        let news: [Outcome.What] =
            if work.isRepeat {
                (record.scoring == nil ? [] : [.scoring]) + (record.notice == nil ? [] : [.notice])
            } else {
                decision.isDue ? [.scoring] : decision.notice == nil ? [] : [.notice]
            }
        guard let entity = work.kind.entity else { return [] }
        return news.map {
            Outcome(organization: work.organization, entity: entity, id: work.id, record: record, what: $0)
        }
    }
}
