import Contract
import LeadModel
import Ledger

/// The evidence of a record under the version before, which the first scoring of a version carries.
public struct FormerEvidence: Encodable, Sendable {
    public let model: String
    public let version: Int
    public let evidence: [UInt16]

    init(_ model: ModelVersion, _ evidence: Evidence) {
        (self.model, version, self.evidence) = (model.name, model.version, evidence.bins)
    }
}

/// A record's current scoring, with every share.
public struct CurrentScoringView: Encodable, Sendable {
    public let revision: UInt64
    public let scoredAt: Moment
    public let trigger: String
    public let model: String
    public let version, score: Int
    public let probability: Double
    /// By the current grade ranges.
    public let grade: Grade
    public let trend: Trend
    @OrNull public private(set) var previousScore: Int?
    @OrNull public private(set) var previousGrade: Grade?
    public let evidence: [UInt16]
    // Nil without the scorecard, and if the evidence was removed because a contact was erased.
    @OrNull public private(set) var intercept: Double?
    @OrNull public private(set) var logOdds: Double?
    @OrNull public private(set) var lowEvidence: Bool?
    @OrNull public private(set) var reasons: [ExplanationView.Share]?
    @OrNull public private(set) var accountRevision: UInt64?
    @OrNull public private(set) var contactRevision: UInt64?
    @OrNull public private(set) var former: FormerEvidence?

    /// - Parameters:
    ///   - card: of the scoring's version.
    ///   - record: as it is now, joined with its entities.
    init(_ scoring: Scoring, grade: Grade?, card: Scorecard?, record: Record) {
        (revision, scoredAt, trigger) = (scoring.revision, scoring.at, scoring.trigger.rawValue)
        (model, version) = (scoring.model.name, scoring.model.version)
        (score, probability) = (scoring.score, scoring.probability)
        (self.grade, trend) = (grade ?? scoring.grade, scoring.trend)
        evidence = scoring.evidence.bins
        let card = card.flatMap { $0.fits(scoring.evidence) ? $0 : nil }
        (intercept, logOdds) = (card?.intercept, card?.logOdds(scoring.evidence))
        lowEvidence = card?.hasLowEvidence(scoring.evidence)
        reasons = card?.reasons(scoring.evidence, of: record, at: scoring.at).map(ExplanationView.Share.init)
        (previousScore, previousGrade) = (scoring.previousScore, scoring.previousGrade)
        (accountRevision, contactRevision) = (scoring.accountRevision, scoring.contactRevision)
        former = scoring.former.map { FormerEvidence($0.model, $0.evidence) }
    }
}

/// What the ledger has about a record, with every scoring.
public struct LedgerExportView: Encodable, Sendable {
    public struct PastScoring: Encodable, Sendable {
        public let revision: Int64
        public let scoredAt: Moment
        public let trigger: String
        public let model: String
        public let version, score: Int
        public let probability: Double
        public let grade: String
        @OrNull public private(set) var evidence: [UInt16]?
        @OrNull public private(set) var former: FormerEvidence?

        init(_ scoring: LedgerExport.Scoring) {
            (revision, scoredAt) = (scoring.revision, scoring.at)
            trigger = (scoring.isSweep ? Scoring.Trigger.sweep : .realtime).rawValue
            (model, version) = (scoring.model.name, scoring.model.version)
            (score, probability) = (LeadModel.score(probability: scoring.probability), scoring.probability)
            grade = scoring.grade
            evidence = scoring.evidence?.bins
            former = scoring.formerModel.flatMap { model in
                scoring.formerEvidence.map { FormerEvidence(model, $0) }
            }
        }
    }

    public let revision: Int64
    public let status: String
    @OrNull public private(set) var name: String?
    @OrNull public private(set) var owner: String?
    @OrNull public private(set) var outcome: String?
    @OrNull public private(set) var endedAt: Moment?
    /// The oldest first.
    public let scorings: [PastScoring]

    init(_ stored: LedgerExport) {
        (revision, status, scorings) = (stored.revision, stored.status, stored.scorings.map(PastScoring.init))
        (name, owner, outcome, endedAt) = (stored.name, stored.owner, stored.outcome, stored.endedAt)
    }
}
