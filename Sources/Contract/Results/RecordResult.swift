import LeadModel

/// A record's latest result, as a consumer sees it. It is read from a published result, or made from the stored record.
public struct RecordResult: Equatable, Sendable {
    public enum What: Equatable, Sendable {
        case scored
        case notice(Notice.Kind)
    }

    /// What a record says of itself. Of one that is gone there is none.
    public struct State: Equatable, Sendable {
        public var status: Status
        public var name: String?
        public var owner: String?
        public var process: String?
        public var stage: String?
        /// The id of the contact that it names.
        public var contact: Exact?
        public var createdAt: Moment?
        public var closedAt: Moment?
        public var outcome: Status?

        public init(
            status: Status, name: String? = nil, owner: String? = nil, process: String? = nil, stage: String? = nil,
            contact: Exact? = nil, createdAt: Moment? = nil, closedAt: Moment? = nil, outcome: Status? = nil
        ) {
            (self.status, self.name, self.owner, self.process, self.stage) = (status, name, owner, process, stage)
            (self.contact, self.createdAt, self.closedAt, self.outcome) = (contact, createdAt, closedAt, outcome)
        }
    }

    /// The largest share of the score.
    public struct TopReason: Equatable, Sendable {
        public var phrase: String
        /// In log-odds.
        public var contribution: Double

        public init(phrase: String, contribution: Double) {
            (self.phrase, self.contribution) = (phrase, contribution)
        }
    }

    public var organization: String
    public var entity: Entity
    public var id: Exact
    /// The revision of its scoring or notice.
    public var revision: UInt64
    public var what: What
    public var state: State?
    /// The scoring that stands. Its grade is the one that stands, which other ranges may have moved; its evidence is empty
    /// where that was cleared.
    public var scoring: Scoring?
    public var reason: TopReason?
    /// Few training records stand behind the score; nil if that is not known.
    public var lowEvidence: Bool?

    public init(
        organization: String, entity: Entity, id: Exact, revision: UInt64, what: What, state: State? = nil,
        scoring: Scoring? = nil, reason: TopReason? = nil, lowEvidence: Bool? = nil
    ) {
        (self.organization, self.entity, self.id) = (organization, entity, id)
        (self.revision, self.what, self.state, self.scoring) = (revision, what, state, scoring)
        (self.reason, self.lowEvidence) = (reason, lowEvidence)
    }
}

extension RecordResult.State {
    /// Of a record that is not gone.
    public init(_ record: Record) {
        self.init(
            status: record.status, name: record.text(.name), owner: record.text(.owner),
            process: record.text(.process), stage: record.text(.stage), contact: record.reference(to: .contact),
            createdAt: record.createdAt,
            closedAt: record.closedAt, outcome: record.outcome)
    }
}

extension RecordResult {
    /// The latest result of a stored record, its latest notice or its scoring, whichever came later; nil if it was
    /// never shown.
    ///
    /// - Parameter scorecard: that of the scoring's version, for the reason.
    public init?(
        latestOf record: Record, id: Exact, organization: String, entity: Entity, scorecard: Scorecard?
    ) {
        let (scored, noticed) = (record.scoring?.revision ?? 0, record.notice?.revision ?? 0)
        guard max(scored, noticed) > 0 else { return nil }
        let notice = noticed > scored ? record.notice : nil
        self.init(
            organization: organization, entity: entity, id: id, revision: max(scored, noticed),
            what: notice.map { .notice($0.kind) } ?? .scored, state: record.isGone ? nil : State(record),
            scoring: record.scoring)
        guard let scoring = record.scoring else { return }
        self.scoring?.grade = record.grade ?? scoring.grade
        // A published result says what itself changed, not what an earlier scoring did.
        self.scoring?.changes = []
        guard let scorecard, scorecard.fits(scoring.evidence) else { return }
        reason = scorecard.topReasons(scoring.evidence, count: 1).first.map {
            TopReason(phrase: $0.phrase, contribution: $0.contribution)
        }
        lowEvidence = scorecard.hasLowEvidence(scoring.evidence)
    }
}
