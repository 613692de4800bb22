/// The current score of a record. The reasons are not kept: they follow from version and evidence.
public struct Scoring: Equatable, Sendable {
    public enum Trigger: String, Sendable { case realtime, sweep }

    /// The revision whose commit gave it: with the record's id, the id of its result.
    public var revision: UInt64
    public var model: ModelVersion
    public var evidence: Evidence
    /// 0…1.
    public var probability: Double
    public var grade: Grade
    public var previousScore: Int?
    public var previousGrade: Grade?
    /// By the dead band of its time: a scoring always says the same of itself.
    public var trend: Trend
    public var trigger: Trigger
    /// The one reference time of the scoring.
    public var at: Moment
    /// The values' revisions of the related entities that were read: 0 where a named one was not there, nil where
    /// none was named.
    public var accountRevision: UInt64?
    public var contactRevision: UInt64?
    /// What else its commit changed of the record.
    public var changes: ShownChanges = []
    /// Under the former version, where this scoring is the first under its own.
    public var former: Former?

    public struct Former: Equatable, Sendable {
        public var model: ModelVersion
        public var evidence: Evidence

        public init(model: ModelVersion, evidence: Evidence) { (self.model, self.evidence) = (model, evidence) }
    }

    /// - Parameter deadBand: a score that moved by at most so many points is steady.
    public init(
        revision: UInt64, model: ModelVersion, evidence: Evidence, probability: Double, grade: Grade,
        previousScore: Int?, previousGrade: Grade?, trigger: Trigger, at: Moment,
        deadBand: Int = Trend.standardDeadBand
    ) {
        (self.revision, self.model, self.evidence, self.probability) = (revision, model, evidence, probability)
        (self.grade, self.previousScore, self.previousGrade) = (grade, previousScore, previousGrade)
        trend = Trend(from: previousScore, to: LeadModel.score(probability: probability), deadBand: deadBand)
        (self.trigger, self.at) = (trigger, at)
    }

    /// 1…100.
    public var score: Int { LeadModel.score(probability: probability) }
}
