import LeadModel
import TestKit

extension ProtocolHistory {
    /// The first promise that is broken once no work is left; nil if all are kept.
    var broken: String? {
        guard isAtRest else { return "it never comes to rest" }
        for key in keys {
            if let fault = fault(of: key) { return "\(key.id): \(fault)" }
        }
        return faultOfUsage ?? faultOfRepublication
    }

    private func fault(of key: Key) -> String? {
        let record = world.record(key)
        let mine = events.filter { $0.recordKind == key.kind && $0.recordID == key.id }
        guard PlainRecord(record) == PlainRecord(mine) else { return "its state is not that of its events in order" }
        var inOrder = Record()
        inOrder.merge(mine.sorted { $0.stamp < $1.stamp })
        guard record.isOpen == inOrder.isOpen, record.cells == inOrder.cells, record.floors == inOrder.floors else {
            return "what it keeps is not what its events in order leave"
        }
        let published = Set(world.published)
        func isPublished(_ revision: UInt64?) -> Bool {
            revision.map { published.contains(.init(key: key, revision: $0)) } ?? true
        }
        guard isPublished(record.scoring?.revision) else { return "its current scoring was never published" }
        guard isPublished(record.notice?.revision) else { return "its latest notice was never published" }
        for (words, revision) in world.committed[key] ?? [:] where world.heard[key]?[words] ?? 0 < revision {
            return "who has bound \(words) alone never heard of \(revision), or of what came later"
        }
        return key.kind == .lead ? faultOfLead(key, record, mine) : nil
    }

    private func faultOfLead(_ key: Key, _ record: Record, _ mine: [RecordEvent]) -> String? {
        let named = Set(
            mine.flatMap { event in
                event.fields.filter { [.account, .contact].contains($0.field) }.compactMap { $0.value?.asCategory }
            })
        let atOnce = world.scored.count { $0.key.key == key && $0.value == .realtime }
        if !world.scoresUpdates, atOnce > 1 + named.count {
            return "it was scored more often in real time than once and once for each arrival"
        }
        let months = world.counted[key] ?? []
        guard Set(months).count == months.count else { return "it was counted twice in a month" }
        if world.openedUnscored.contains(key) { return "it was open for the first time, and waited for a sweep" }
        let entities = RelatedEntities(
            account: record.reference(to: .account).map { world.record(Key(kind: .account, id: $0)) },
            contact: record.reference(to: .contact).map { world.record(Key(kind: .contact, id: $0)) })
        if let contact = entities.contact, contact.isErased, let scoring = record.scoring,
            let read = scoring.contactRevision, read > 0, read != contact.valuesRevision, !scoring.evidence.bins.isEmpty
        {
            return "what was read of an erased contact stands in its score"
        }
        guard record.isOpen else { return record.isPending ? "it is pending and not open" : nil }
        guard let version = world.registry.version else {
            // Records that were closed or deleted when the scores were removed have kept theirs.
            let stayedOpen = !mine.contains { event in
                event.kind == .delete || event.fields.contains { $0.field == .status }
            }
            return record.isPending && (record.scoring == nil || !stayedOpen)
                ? nil : "it keeps the score of a deleted model"
        }
        guard let scoring = record.scoring, !record.isPending else { return "it is open and waits for ever" }
        guard scoring.model.version == version else { return "it keeps the score of another version" }
        guard scoring.evidence == ProtocolWorld.evidence(of: record.joined(with: entities), version: version) else {
            return "its score is not of its newest state"
        }
        guard record.grade == world.registry.ranges.grade(of: scoring.score) else {
            return "its grade is of other ranges"
        }
        return nil
    }

    private var faultOfUsage: String? {
        let usage = world.usage.values
        guard usage.reduce(0, { $0 + $1.scorings }) == world.scorings, world.scored.count == world.scorings else {
            return "usage counts other scorings than were committed, or two have one id"
        }
        for (month, counts) in world.usage
        where counts.records != world.counted.values.count(where: { $0.contains(month) }) {
            return "usage counts other records than were scored"
        }
        let published = Set(world.published)
        if world.deaths + world.lostAnswers == 0, world.scored.keys.contains(where: { !published.contains($0) }) {
            return "a scoring was not published, though nothing failed"
        }
        return nil
    }

    private var faultOfRepublication: String? {
        for start in world.republishedFrom {
            let after = Set(world.published[start...])
            for key in keys where key.kind == .lead {
                let record = world.record(key)
                for revision in [record.scoring?.revision, record.notice?.revision].compactMap(\.self)
                where !after.contains(.init(key: key, revision: revision)) {
                    return "\(key.id): it was to be published again, and was not"
                }
            }
        }
        return nil
    }
}
