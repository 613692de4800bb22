import LeadModel
import Redis
import Registry

/// What became of a turn's changes.
struct Committed {
    /// The records whose stored state is known: just committed, or unchanged.
    var stored: [Scored] = []
    /// Work that goes through the steps again: another lane changed the record first, the registry was outdated, the
    /// lease was lost, or the commit got no answer.
    var retries: [Work] = []
}

extension Lane {
    /// Stores what changed, each record by compare-and-set.
    ///
    /// If the answer is lost, it is unknown which changes were stored. Then all work is retried, changes as repeats.
    func commit(_ scored: [Scored], _ output: inout TurnOutput) throws -> Committed {
        let changed = scored.filter { $0.change != nil }
        let losesAnswer = fails(at: .commit, scored.map(\.work.id))
        let answers: [RecordStore.CommitAnswer]
        do {
            answers = try store.commit(changed.compactMap(\.change), now: reference)
            if losesAnswer { throw redis.lose() }
        } catch let error as RedisError where error.isOutage {
            shared.tally.add([.lostAnswers: 1])
            try awaitRedis(error)
            return Committed(
                retries: scored.map { scored in
                    var work = scored.work
                    work.isRepeat = work.isRepeat || scored.change != nil
                    return work
                })
        }
        var committed = Committed()
        var counts: [Tally.Item: Int] = [:]
        var outdated: Set<Partition> = []
        var damaged: [Partition: String] = [:]
        for (scored, answer) in zip(changed, answers) {
            switch answer {
            case .stored:
                committed.stored.append(scored)
                counts[.scored, default: 0] += scored.decision.isDue ? 1 : 0
                counts[.notices, default: 0] += scored.decision.notice == nil ? 0 : 1
                note(tiesOf: scored, &counts)
                for event in scored.work.events where event.strictly != nil {
                    note(adjusted: event.event, of: scored.work.organization, &counts)
                }
            case .overtaken, .oldRegistry:
                counts[.conflicts, default: 0] += 1
                committed.retries.append(scored.work)
                if answer == .oldRegistry { outdated.insert(scored.place.partition) }
            case .fenced:
                if let lease = scored.work.lease { leased.handle(.fenced, of: lease) }
                if let rest = scored.work.withoutSweep { committed.retries.append(rest) }
            case .damaged(let cause):
                damaged[scored.place.partition] = cause
                output.refused += scored.work.events.map { ($0.origin, .damagedRecord()) }
            }
        }
        try setAside(damaged.map { DamagedRecord(partition: $0.key, reason: $0.value) })
        if !outdated.isEmpty { try renewRegistry(outdated, isLasting: committed.retries.contains { $0.attempts > 0 }) }
        committed.retries = try countingAttempts(of: committed.retries, &output)
        for unchanged in scored where unchanged.change == nil {
            committed.stored.append(unchanged)
            if unchanged.work.isRepeat { counts[.repeats, default: 0] += 1 } else { note(tiesOf: unchanged, &counts) }
            // Events for an erased record leave no trace but this count.
            if unchanged.record.isErased { counts[.dropped, default: 0] += unchanged.work.events.count }
        }
        shared.tally.add(counts)
        _ = fails(at: .committed, scored.map(\.work.id))
        return committed
    }

    /// Counts ties. The first of an organization is logged.
    private func note(tiesOf scored: Scored, _ counts: inout [Tally.Item: Int]) {
        let (ties, organization) = (scored.decision.ties, scored.work.organization)
        guard ties > 0 else { return }
        counts[.ties, default: 0] += ties
        shared.tally.add(ties: ties, of: organization)
        guard shared.tally.isFirst("ties of \(organization)") else { return }
        shared.log.warning(
            """
            \(organization): two events of one record have the same time, the same sequence or none, and different values. \
            A hash decided which one is newer, so the older one may have won: its connector must send `sequence`. Further \
            ones are only counted; `leadline check` shows them
            """)
    }

    /// Counts what was cut or dropped of a stored event. The first of an organization is logged with the names.
    private func note(adjusted event: RecordEvent, of organization: String, _ counts: inout [Tally.Item: Int]) {
        let (cut, dropped) = event.adjusted
        counts[.cut, default: 0] += cut
        counts[.membersDropped, default: 0] += dropped
        guard shared.tally.isFirst("adjusted values of \(organization)") else { return }
        var record = Record()
        record.merge([event])
        let words = record.adjustments.map { ": \($0)" } ?? ""
        shared.log.warning(
            """
            \(organization): an event has values that don't fit the contract; the record is stored and scored without \
            them\(words). Further ones are only counted; `leadline explain` shows them for each record
            """)
    }
}
