import Contract
import LeadModel
import Redis
import Registry

/// Why a record has the score it has: every attribute's share, as of the scoring.
public struct ExplanationView: Encodable, Sendable {
    public struct Share: Encodable, Sendable {
        public let attribute, label: String
        /// In log-odds.
        public let contribution: Double
        public let phrase, insight: String
        /// The record's own value, if it says more than the label and still falls into the bin.
        @OrNull public private(set) var value: String?

        init(_ reason: Reason) {
            (attribute, label, contribution) = (reason.attribute, reason.label, reason.contribution)
            (phrase, insight, value) = (reason.phrase, reason.insight, reason.value)
        }
    }

    /// What else is asked about the score.
    public struct Question: Sendable {
        /// Values that the record might have had: `whatIf` answers.
        public var changes: [AttributeChange] = []
        /// How many suggestions to make; nil: none are asked for.
        public var suggestions: Int?
        /// Attributes for which nothing is suggested.
        public var fixed: [String] = []

        public init() {}
    }

    public let id: Exact
    public let score: Int
    public let probability: Double
    public let grade: Grade
    public let trend: Trend
    @OrNull public private(set) var previousScore: Int?
    public let model: String
    public let version: Int
    public let scoredAt: Moment
    public let logOdds: Double
    public let intercept: Double
    public let lowEvidence: Bool
    /// All attributes, the largest share first. They and the intercept add up to the log-odds.
    public let shares: [Share]
    @OrNull public private(set) var whatIf: WhatIfView?
    @OrNull public private(set) var suggestions: [SuggestionView]?
    /// The record changed since the scoring.
    public let isPending: Bool
    /// Of the record now: open, deleted, or how it was closed.
    public let status: String
    /// What was cut or dropped of the values that the record has now.
    @OrNull public private(set) var adjusted: AdjustedValues?

    private init(
        _ id: Exact, _ record: Record, _ entities: RelatedEntities, _ scoring: Scoring, _ card: Scorecard,
        _ question: Question
    ) throws {
        self.id = id
        (score, probability, grade) = (scoring.score, scoring.probability, scoring.grade)
        (model, version, scoredAt) = (scoring.model.name, scoring.model.version, scoring.at)
        (logOdds, intercept) = (card.logOdds(scoring.evidence), card.intercept)
        lowEvidence = card.hasLowEvidence(scoring.evidence)
        let joined = record.isGone ? Record() : record.joined(with: entities)
        shares = card.reasons(scoring.evidence, of: joined, at: scoring.at).map(Share.init)
        isPending = record.isPending
        status = record.isGone ? "deleted" : record.status.rawValue
        (trend, previousScore) = (scoring.trend, scoring.previousScore)
        (whatIf, suggestions, adjusted) = (nil, nil, record.adjustments.map(AdjustedValues.init))
        var evidence = scoring.evidence
        if !question.changes.isEmpty {
            let changes = try question.changes.map { try $0.resolved(by: card, scoring.model) }
            for (attribute, value) in changes {
                evidence = card.evidence(evidence, with: value, of: Exact(attribute), at: scoring.at) ?? evidence
            }
            whatIf = WhatIfView(changes.map(\.attribute), evidence, card, comparedWith: scoring)
        }
        if let count = question.suggestions {
            for attribute in question.fixed { try card.require(attribute, of: scoring.model) }
            let fixed = Set(question.fixed.map { Exact($0) })
            suggestions = card.suggestions(for: evidence, fixed: fixed, count: count).map {
                SuggestionView($0, card, comparedWith: evidence)
            }
        }
    }

    public enum Answer: Sendable {
        case scored(ExplanationView)
        case unscored(UnscoredView)
    }

    /// Explains a record's current score, or why it has none.
    ///
    /// - Throws: `ViewError`; `UnknownOrganization`; `RedisError`; `RecordBlob.Damaged`; `Scorecard.ArtifactError`.
    public static func explain(
        _ id: Exact, organization: String, entity: Entity, _ question: Question = Question(),
        from redis: RedisConnection
    ) throws -> Answer {
        let registry = RegistryReader(redis)
        let settings = try registry.requiredSettings(of: organization)
        let kind = RecordKind(entity)
        let place = RecordStore.Place(of: id, kind: kind, organization: organization, partitions: settings.partitions)
        let store = RecordStore(redis)
        let record = try store.load([place]).records[0]
        guard record.revision > 0 else { throw ViewError.unknownRecord(organization: organization, kind) }
        guard let scoring = record.scoring else {
            let related = try store.entities(
                referencedBy: [record], organization: organization, partitions: settings.partitions)[0]
            return .unscored(
                UnscoredView(
                    id, record, try registry.lineUp(organization: organization, entity: entity), related,
                    at: try registry.now()))
        }
        guard !scoring.evidence.bins.isEmpty else { throw ViewError.evidenceErased }
        guard let card = try registry.scorecard(scoring.model, organization: organization, entity: entity),
            card.fits(scoring.evidence)
        else { throw ViewError.missingScorecard(scoring.model) }
        let entities = try store.entities(
            referencedBy: [record], organization: organization, partitions: settings.partitions)[0]
        return .scored(try ExplanationView(id, record, entities, scoring, card, question))
    }
}

extension Trend: Encodable {}
