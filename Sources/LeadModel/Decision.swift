/// What a turn is to do about one record: found by merging alone, without I/O, and the same for whoever works it out.
public struct Decision: Sendable {
    /// The merged state. Its revisions, scoring and notice are still those of `base`, but for what it lost.
    public private(set) var record: Record
    /// A score is due now. Else what changed waits for the sweep, if it is pending.
    public private(set) var isDue = false
    /// Word is due of what befell it, and no score is.
    public private(set) var notice: Notice.Kind?
    /// Something is to be committed.
    public private(set) var changesState = false
    /// Of an account or contact: those that name it are to be told.
    public let fansOut: Bool
    /// Whom it named until it was erased: the index of who names whom is to forget it.
    public var leaves: [(kind: RecordKind, id: Exact)] {
        guard record.isErased, !base.isErased else { return [] }
        return RecordKind.related.compactMap { kind in base.reference(to: kind).map { (kind, $0) } }
    }
    /// Its scoring lost what it was read from, since a contact was erased: whoever holds it is to hear so.
    public var clearsEvidence: Bool {
        guard !isDue, let before = base.scoring, let after = record.scoring else { return false }
        return after.evidence.bins.isEmpty && !before.evidence.bins.isEmpty
    }
    /// The grade by the present ranges, where a walk finds another one.
    private var newGrade: Grade?
    private let valuesChanged: Bool
    private let sweepNumber: UInt64
    private let base: Record

    /// What a turn knows besides the record and its events.
    public struct Circumstances {
        /// What scores its entity.
        public var published: ModelVersion?
        /// Nothing is published: not even something that this process cannot read.
        public var isUnpublished = false
        /// The organization's `updates: realtime`: a change is scored in its turn too.
        public var scoresUpdates = false
        public var ranges = GradeRanges.standard
        /// What was created before is not scored again.
        public var windowStart: Moment?
        public var entities = RelatedEntities()
        /// It is told that something changed of an entity that it names.
        public var isFanOut = false
        /// It is told with so many others, and nothing else befell it, that no score is due at once.
        public var isLargeFanOut = false
        public var sweep: Sweep?
        /// Whether time alone changed the evidence of its scoring, where the scorecard uses time.
        public var timeMoved: ((Record) -> Bool)?

        public init(published: ModelVersion? = nil) {
            (self.published, isUnpublished) = (published, published == nil)
        }
    }

    public struct Sweep: Equatable, Sendable {
        public var number: UInt64
        /// What is pending or scored by another version is scored; else only grades follow their ranges, and scores of a
        /// deleted model go.
        public var scores: Bool

        public init(number: UInt64, scores: Bool) { (self.number, self.scores) = (number, scores) }
    }

    /// Folds `events` into what is stored of a lead or opportunity.
    public init(base: Record, events: some Sequence<RecordEvent>, in circumstances: Circumstances) {
        self.base = base
        record = base
        record.merge(events)
        sweepNumber = circumstances.sweep?.number ?? 0
        fansOut = false
        let opened = record.isOpen != base.isOpen
        let sameValues = record.hasSameValuesForScoring(as: base)
        valuesChanged = !sameValues || record.isGone != base.isGone || base.revision == 0
        if opened || !sameValues { record.isPending = true }
        if record.isErased { record.scoring = nil }
        record.noteEntities(circumstances, former: base)
        if !record.isOpen { record.isPending = false }

        let firstSeen = record.creationSeen && !base.creationSeen
        isDue = Self.isDue(record, firstSeen: firstSeen, base, circumstances)
        if !isDue, circumstances.sweep != nil, record.isOpen { follow(circumstances) }
        if notice == nil, !isDue {
            let wasTold = base.scoring != nil || base.notice != nil
            // Who was erased may stand in somebody's copy, whatever is known of it here.
            let isKnown = wasTold || record.isOpen || record.isErased
            if isKnown, record.shown != base.shown { notice = Self.kind(from: base, to: record) }
        }
        changesState = isDue || notice != nil || record != base
    }

    /// Folds `events` into what is stored of an account or contact, which is never scored: those that name it are told.
    public init(base: Record, events: some Sequence<RecordEvent>, of kind: RecordKind) {
        self.base = base
        record = base
        record.merge(events)
        sweepNumber = 0
        // Erased after it was deleted: what was read from it before is to go now.
        valuesChanged =
            !record.hasSameValuesForScoring(as: base) || record.isGone != base.isGone || base.revision == 0
            || record.isErased != base.isErased
        // It is a person whose leaving consumers must hear of.
        if kind == .contact, record.isErased, !base.isErased { notice = .erased }
        changesState = record != base
        fansOut = changesState && valuesChanged
    }

    private static func isDue(
        _ record: Record, firstSeen: Bool, _ base: Record, _ circumstances: Circumstances
    ) -> Bool {
        guard let published = circumstances.published, record.isOpen else { return false }
        if firstSeen, record.isPending { return true }
        // The first score is due whenever it can be.
        if base.scoring != nil, let start = circumstances.windowStart, let created = record.createdAt,
            created < start
        {
            return false
        }
        if record.isPending {
            if circumstances.sweep?.scores == true { return true }
            return !circumstances.isLargeFanOut
                && (circumstances.scoresUpdates || record.hasArrivals(in: circumstances.entities))
        }
        guard let sweep = circumstances.sweep, sweep.scores, let scoring = record.scoring else { return false }
        if scoring.model != published { return true }
        // Time goes on while a sweep does: who was scored in it once is not again.
        return base.sweepMark != sweep.number && circumstances.timeMoved?(record) ?? false
    }

    /// What a walk does where no score is due: a grade follows its ranges, the scores of a deleted model go.
    private mutating func follow(_ circumstances: Circumstances) {
        guard let scoring = record.scoring else { return }
        if circumstances.isUnpublished {
            record.scoring = nil
            record.isPending = true
            notice = .unscored
        } else {
            let grade = circumstances.ranges.grade(of: scoring.score)
            if grade != base.grade { (newGrade, notice) = (grade, .changed) }
        }
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
            record.notice = Notice(
                revision: record.revision, kind: notice, grade: newGrade ?? base.grade,
                left: newGrade == nil ? nil : base.grade)
        }
        if sweepNumber > 0 { record.sweepMark = sweepNumber }
        return record
    }

    /// Whether the commit's scoring is the record's first in its month.
    public func countsRecord(now: Moment) -> Bool {
        isDue && base.monthCounted.map { $0 < now.month } ?? true
    }
}

extension Record {
    /// The grade that it has, or had last: a walk can have moved it since the scoring.
    public var grade: Grade? {
        guard let scoring else { return notice?.grade }
        return notice.flatMap { $0.revision > scoring.revision ? $0.grade : nil } ?? scoring.grade
    }

    /// What follows from the entities that it names, and from naming others.
    fileprivate mutating func noteEntities(_ circumstances: Decision.Circumstances, former: Record) {
        guard scoring != nil else { return }
        for kind in RecordKind.related {
            // Who names another one waits no more for the arrival of the first.
            if reference(to: kind) != former.reference(to: kind), scoring?.revision(of: kind) == 0 {
                scoring?.set(nil, of: kind)
            }
        }
        guard circumstances.isFanOut || circumstances.sweep != nil else { return }
        for kind in RecordKind.related where scoring?.revision(of: kind) != circumstances.entities.revision(kind) {
            isPending = true
        }
        // Of an erased person nothing may be read out of a score either.
        if let contact = circumstances.entities.contact, contact.isErased, let read = scoring?.contactRevision,
            read > 0,
            read != contact.valuesRevision
        {
            scoring?.evidence = Evidence(bins: [])
            scoring?.former = nil
        }
    }

    /// Whether something that it names was not there when it was scored, and now is.
    fileprivate func hasArrivals(in entities: RelatedEntities) -> Bool {
        RecordKind.related.contains { kind in
            scoring?.revision(of: kind) == 0 && entities.revision(kind).map { $0 > 0 } ?? false
        }
    }

    /// What a view would show of it besides its score.
    fileprivate var shown: Shown {
        isGone
            ? Shown(isGone: true, isErased: isErased, isOpen: false, status: .open)
            : Shown(
                isGone: false, isErased: false, isOpen: isOpen, status: status, owner: text(.owner), name: text(.name),
                stage: text(.stage))
    }
}

extension Scoring {
    /// The values' revision of the entity of a kind that was read for it.
    public func revision(of kind: RecordKind) -> UInt64? { kind == .account ? accountRevision : contactRevision }

    public mutating func set(_ revision: UInt64?, of kind: RecordKind) {
        if kind == .account { accountRevision = revision } else { contactRevision = revision }
    }
}

private struct Shown: Equatable {
    var isGone, isErased, isOpen: Bool
    var status: Status
    var owner, name, stage: String?
}
