/// What a turn is to do about one record: found by merging alone, without I/O, and the same for whoever works it out.
public struct Decision: Sendable {
    /// The merged state. Its revisions, scoring and notice are still those of `base`.
    public var record: Record
    /// A score is due now. Else what changed waits for the sweep, if it is pending.
    public var isDue: Bool
    /// Word is due of what befell it, and no score is.
    public var notice: Notice.Kind?
    /// Something is to be committed.
    public var changesState: Bool
    private var valuesChanged: Bool
    private let base: Record

    /// Folds `events` into what is stored.
    ///
    /// - Parameters:
    ///   - hasModel: a version is published for the entity; without one nothing can be due.
    ///   - scoresUpdates: the organization's `updates: realtime`: a change is scored in its turn too.
    public init(base: Record, events: some Sequence<RecordEvent>, hasModel: Bool, scoresUpdates: Bool) {
        self.base = base
        record = base
        record.merge(events)
        let opened = record.isOpen != base.isOpen
        let sameValues = record.hasSameValuesForScoring(as: base)
        valuesChanged = !sameValues || record.isGone != base.isGone || base.revision == 0
        if opened || !sameValues { record.isPending = true }
        if !record.isOpen { record.isPending = false }
        if record.isErased { record.scoring = nil }

        let firstSeen = record.creationSeen && !base.creationSeen
        isDue = hasModel && record.isPending && (firstSeen || scoresUpdates)
        let wasTold = base.scoring != nil || base.notice != nil
        let shows = (wasTold || record.isOpen) && record.shown != base.shown
        notice = shows && !isDue ? Self.kind(from: base, to: record) : nil
        changesState = isDue || notice != nil || record != base
    }

    private static func kind(from base: Record, to record: Record) -> Notice.Kind {
        if record.isErased { return .erased }
        if record.isGone { return .deleted }
        if let outcome = record.outcome, outcome != base.outcome { return .closed }
        return .changed
    }

    /// The state as it is to be stored.
    ///
    /// - Parameters:
    ///   - now: Redis's time; the revision is its milliseconds, and more than the base's in any case.
    ///   - scoring: makes the scoring under that revision, if one is due.
    public func committed(now: Moment, scoring: (UInt64) -> Scoring) -> Record {
        var record = record
        record.revision = max(base.revision + 1, UInt64(max(0, now.milliseconds)))
        if valuesChanged { record.valuesRevision = record.revision }
        if isDue {
            record.scoring = scoring(record.revision)
            record.isPending = false
            record.monthCounted = max(now.month, base.monthCounted ?? now.month)
        }
        if let notice {
            record.notice = Notice(revision: record.revision, kind: notice, grade: base.grade)
        }
        return record
    }

    /// Whether the commit's scoring is the record's first in its month.
    public func countsRecord(now: Moment) -> Bool {
        isDue && base.monthCounted.map { $0 < now.month } ?? true
    }
}

extension Record {
    /// The grade that it has, or had last.
    public var grade: Grade? { scoring?.grade ?? notice?.grade }

    /// What a view would show of it besides its score.
    fileprivate var shown: Shown {
        isGone
            ? Shown(isGone: true, isErased: isErased, isOpen: false, status: .open)
            : Shown(
                isGone: false, isErased: false, isOpen: isOpen, status: status, owner: text(.owner), name: text(.name),
                stage: text(.stage))
    }
}

private struct Shown: Equatable {
    var isGone, isErased, isOpen: Bool
    var status: Status
    var owner, name, stage: String?
}
