/// What a turn does about one merged record: worked out without I/O, so every lane comes to the same decision.
public struct Decision: Sendable {
    /// The merged state. Revisions, scoring and notice are still the stored ones, except for what this decision removed
    /// from them.
    public private(set) var record: Record
    /// A score is due now. Otherwise a pending record waits for the sweep.
    public private(set) var isDue = false
    /// The notice that is due, if any. A due score needs none.
    public private(set) var notice: Notice.Kind?
    /// There is something to commit.
    public private(set) var changesState = false
    /// Of an account or contact: its referrers must hear of the change.
    public let fansOut: Bool
    /// The evidence as of the turn's reference time, where it was read to see whether time alone moved the score.
    public private(set) var evidence: Evidence?
    /// The references of a record that is erased by this decision: it must leave the referrers of these entities.
    public var droppedReferences: [(kind: RecordKind, id: Exact)] {
        guard record.isErased, !base.isErased else { return [] }
        return RecordKind.related.compactMap { kind in base.reference(to: kind).map { (kind, $0) } }
    }
    /// The scoring loses its evidence because a contact was erased, so the scoring is published again without it.
    public var clearsEvidence: Bool {
        guard !isDue, let before = base.scoring, let after = record.scoring else { return false }
        return after.evidence.bins.isEmpty && !before.evidence.bins.isEmpty
    }
    /// How many of the events were in a tie.
    public var ties: Int { merged.ties }
    /// The grade by the present ranges, where a sweep finds another one than the stored.
    private var newGrade: Grade?
    private let valuesChanged: Bool
    private let sweepNumber: UInt64
    private let merged: MergedRecord
    private var base: Record { merged.base }

    /// Which published model is for a record.
    public enum Model: Equatable, Sendable {
        case version(ModelVersion)
        case unpublished
        /// One is published, but this process can't read it.
        case unreadable
    }

    public struct Sweep: Equatable, Sendable {
        public var number: UInt64
        /// Scores what is pending or was scored by another version. Otherwise the sweep only moves grades to the present
        /// ranges and removes the scores of a deleted model.
        public var scores: Bool

        public init(number: UInt64, scores: Bool) { (self.number, self.scores) = (number, scores) }
    }

    /// What a turn knows besides the merged record.
    public struct Circumstances {
        public var model: Model
        /// The model's scorecard, if it reads ages: then time alone can change a score.
        public var agingScorecard: Scorecard?
        /// The turn's reference time.
        public var now = Moment(microseconds: 0)
        /// The organization's `updates: realtime`: a change is scored in its turn.
        public var scoresUpdates = false
        public var ranges = GradeRanges.standard
        /// Records created earlier are not scored again.
        public var windowStart: Moment?
        public var entities = RelatedEntities()
        /// An account or contact that the record references has changed.
        public var isFanOut = false
        /// That entity has too many referrers to rescore them in real time, and nothing else happened to the record.
        public var isLargeFanOut = false
        /// The revision of the erasure of a contact that the record references, or did.
        public var erasedContact: UInt64?
        public var sweep: Sweep?

        public init(_ model: Model) { self.model = model }

        public init(published: ModelVersion?) { self.init(published.map { .version($0) } ?? .unpublished) }
    }

    /// Decides about a lead or opportunity.
    public init(about merged: MergedRecord, in circumstances: Circumstances) {
        (self.merged, record) = (merged, merged.record)
        let base = merged.base
        sweepNumber = circumstances.sweep?.number ?? 0
        fansOut = false
        valuesChanged = !merged.hasSameValues || base.revision == 0
        if record.isOpen != base.isOpen || !merged.hasSameValues { record.isPending = true }
        if record.isErased { record.scoring = nil }
        record.noteEntities(circumstances, former: base)
        if !record.isOpen { record.isPending = false }

        switch scoring(in: circumstances) {
        case .due: isDue = true
        case .notDue: break
        case .dueIfTimeMoved:
            if let scorecard = circumstances.agingScorecard {
                let evidence = scorecard.evidence(
                    of: record.joined(with: circumstances.entities), at: circumstances.now)
                self.evidence = evidence
                isDue = evidence != record.scoring?.evidence
            }
        }
        if !isDue {
            if circumstances.sweep != nil, record.isOpen { follow(circumstances) }
            if notice == nil { notice = noticeOfChange() }
        }
        changesState = isDue || notice != nil || record != base
    }

    /// Decides about an account or contact, which is never scored; a change fans out to its referrers.
    public init(about merged: MergedRecord, of kind: RecordKind) {
        (self.merged, record) = (merged, merged.record)
        let base = merged.base
        sweepNumber = 0
        // An erasure after a deletion changes no value, but what was read from the contact earlier must go now.
        valuesChanged = !merged.hasSameValues || base.revision == 0 || record.isErased != base.isErased
        // A contact is a person: consumers must hear that it was erased.
        if kind == .contact, record.isErased, !base.isErased { notice = .erased }
        changesState = record != base
        fansOut = changesState && valuesChanged
    }

    private enum Due { case due, notDue, dueIfTimeMoved }

    private func scoring(in circumstances: Circumstances) -> Due {
        guard case .version(let version) = circumstances.model, record.isOpen else { return .notDue }
        // A creation, or history that is open for the first time, such as an imported closed record that is reopened.
        let isFirstOpening = !base.isOpen && base.monthCounted == nil
        if record.creationSeen, record.isPending, !base.creationSeen || isFirstOpening { return .due }
        // The first score is due at any age of the record.
        if base.scoring != nil, let start = circumstances.windowStart, let created = record.createdAt,
            created < start
        {
            return .notDue
        }
        if record.isPending {
            if circumstances.sweep?.scores == true { return .due }
            let isUrgent = circumstances.scoresUpdates || record.hasArrivals(in: circumstances.entities)
            return isUrgent && !circumstances.isLargeFanOut ? .due : .notDue
        }
        guard let sweep = circumstances.sweep, sweep.scores, let scoring = record.scoring else { return .notDue }
        if scoring.model != version { return .due }
        // Time passes during a sweep too: a record that it has scored is not scored by it again.
        return base.sweepMark == sweep.number ? .notDue : .dueIfTimeMoved
    }

    /// What a sweep does where no score is due: a grade follows its ranges, and the scores of a deleted model go.
    private mutating func follow(_ circumstances: Circumstances) {
        guard let scoring = record.scoring else { return }
        if circumstances.model == .unpublished {
            record.scoring = nil
            record.isPending = true
            notice = .unscored
        } else {
            let grade = circumstances.ranges.grade(of: scoring.score)
            if grade != base.grade { (newGrade, notice) = (grade, .changed) }
        }
    }

    /// The notice of a change that consumers would show, where they know of the record.
    private func noticeOfChange() -> Notice.Kind? {
        // Consumers may still hold a copy, so an erasure is always published.
        let isKnown = base.scoring != nil || base.notice != nil || record.isOpen || record.isErased
        guard isKnown, record.shown != base.shown else { return nil }
        if record.isErased { return .erased }
        if record.isGone { return .deleted }
        if let outcome = record.outcome, outcome != base.outcome { return .closed }
        return .changed
    }

    /// The state to be stored.
    ///
    /// - Parameters:
    ///   - now: Redis's time. The revision is its milliseconds, or one more than the base's if that is higher.
    ///   - scoring: makes the scoring under that revision, if one is due.
    public func committed(now: Moment, scoring: (UInt64) -> Scoring) -> Record {
        var record = record
        record.revision = max(base.revision + 1, UInt64(max(0, now.milliseconds)))
        if valuesChanged { record.valuesRevision = record.revision }
        let changes = isDue || notice != nil ? record.changes(from: base) : []
        if isDue {
            record.scoring = scoring(record.revision)
            record.scoring?.changes = changes
            record.isPending = false
            record.monthCounted = max(now.month, base.monthCounted ?? now.month)
        }
        if let notice {
            record.notice = Notice(
                revision: record.revision, kind: notice, grade: newGrade ?? base.grade,
                left: newGrade == nil ? nil : base.grade)
            record.notice?.changes = changes
        }
        if sweepNumber > 0 { record.sweepMark = sweepNumber }
        record.noteSuperseded(from: base)
        return record
    }

    /// Whether the commit's scoring is the record's first in its month.
    public func countsRecord(now: Moment) -> Bool {
        isDue && base.monthCounted.map { $0 < now.month } ?? true
    }
}

extension Record {
    /// The present grade, or the last one of a record without a scoring. A sweep can have moved it since the scoring.
    public var grade: Grade? {
        guard let scoring else { return notice?.grade }
        return notice.flatMap { $0.revision > scoring.revision ? $0.grade : nil } ?? scoring.grade
    }

    /// Applies what follows from the referenced entities, and from a changed reference.
    fileprivate mutating func noteEntities(_ circumstances: Decision.Circumstances, former: Record) {
        guard scoring != nil else { return }
        for kind in RecordKind.related where scoring?.revision(of: kind) == 0 {
            // With another reference, it no longer waits for the entity that was missing.
            if reference(to: kind) != former.reference(to: kind) { scoring?.set(nil, of: kind) }
        }
        guard circumstances.isFanOut || circumstances.sweep != nil else { return }
        for kind in RecordKind.related where scoring?.revision(of: kind) != circumstances.entities.revision(kind) {
            isPending = true
        }
        if readErasedContact(circumstances) {
            scoring?.evidence = Evidence(bins: [])
            scoring?.former = nil
            isPending = true
        }
    }

    /// Whether the scoring read a contact that was erased since: then nothing about the person may be read from it either.
    ///
    /// A record that is deleted, or references another contact by now, does not show whom it read. Then every scoring that is
    /// older than the erasure counts, as for the ledger.
    private func readErasedContact(_ circumstances: Decision.Circumstances) -> Bool {
        guard let scoring, let read = scoring.contactRevision, read > 0 else { return false }
        if let erasure = circumstances.erasedContact, scoring.revision <= erasure { return true }
        guard let contact = circumstances.entities.contact else { return false }
        return contact.isErased && read != contact.valuesRevision
    }

    /// Whether a referenced entity that was missing at the scoring exists now.
    fileprivate func hasArrivals(in entities: RelatedEntities) -> Bool {
        RecordKind.related.contains { kind in
            scoring?.revision(of: kind) == 0 && entities.revision(kind).map { $0 > 0 } ?? false
        }
    }

    /// What a result's `changed` names of it.
    fileprivate func changes(from former: Record) -> ShownChanges {
        var changes = shown.changes(from: former.shown)
        if (isGone ? nil : createdAt) != (former.isGone ? nil : former.createdAt) { changes.insert(.createdAt) }
        if closedAt != former.closedAt { changes.insert(.closedAt) }
        return changes
    }

    /// What a view shows of the record besides its score.
    fileprivate var shown: Shown {
        isGone
            ? Shown(isGone: true, isErased: isErased, isOpen: false, status: .open)
            : Shown(
                isGone: false, isErased: false, isOpen: isOpen, status: status, owner: text(.owner), name: text(.name),
                stage: text(.stage), process: text(.process), account: reference(to: .account),
                contact: reference(to: .contact), createdAt: moment(.createdAt),
                closedAt: moment(.closedAt))
    }
}

extension Scoring {
    /// The values' revision with which the entity of a kind was read.
    public func revision(of kind: RecordKind) -> UInt64? { kind == .account ? accountRevision : contactRevision }

    public mutating func set(_ revision: UInt64?, of kind: RecordKind) {
        if kind == .account { accountRevision = revision } else { contactRevision = revision }
    }
}

private struct Shown: Equatable {
    var isGone, isErased, isOpen: Bool
    var status: Status
    var owner, name, stage, process: String?
    var account, contact: Exact?
    /// As the connector gave them. Others follow from the newest event that says so, and nobody hears of each.
    var createdAt, closedAt: Moment?

    func changes(from former: Shown) -> ShownChanges {
        var changes: ShownChanges = []
        let status = (isGone, isErased, isOpen, self.status)
        if status != (former.isGone, former.isErased, former.isOpen, former.status) { changes.insert(.status) }
        if owner != former.owner { changes.insert(.owner) }
        if name != former.name { changes.insert(.name) }
        if stage != former.stage { changes.insert(.stage) }
        if process != former.process { changes.insert(.process) }
        if (account, contact) != (former.account, former.contact) { changes.insert(.related) }
        return changes
    }
}
