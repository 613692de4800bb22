import Contract
import LeadModel
import Ledger
import Redis
import Registry

/// Why a score changed between two scorings: what the record, time and the model did, in log-odds.
public struct ChangeView: Encodable, Sendable {
    public struct Scored: Encodable, Sendable {
        public let scoredAt: Moment
        public let score: Int
        public let probability: Double
        public let grade: Grade
        public let model: String
        public let version: Int
        /// From the evidence; from the probability if the evidence was removed.
        public let logOdds: Double
        public let hasEvidence: Bool

        init(_ scoring: LedgerScoring, logOdds: Double) {
            (scoredAt, score, probability) = (scoring.at, scoring.score, scoring.probability)
            (grade, model, version) = (scoring.grade, scoring.model.name, scoring.model.version)
            (self.logOdds, hasEvidence) = (logOdds, scoring.evidence != nil)
        }
    }

    public struct Parts: Encodable, Sendable {
        public let total, record, time, model, untold: Double

        init(_ parts: ScoreChange.Parts) {
            total = parts.total
            (record, time, model, untold) = (parts.record, parts.time, parts.model, parts.untold)
        }
    }

    public struct Standing: Encodable, Sendable {
        public let label: String
        public let share: Double

        init(_ standing: ScoreChange.AttributeState) { (label, share) = (standing.label, standing.share) }
    }

    public struct Attribute: Encodable, Sendable {
        public let attribute: String
        @OrNull public private(set) var before: Standing?
        @OrNull public private(set) var after: Standing?
        public let total, record, time, model: Double

        init(_ attribute: ScoreChange.Attribute) {
            self.attribute = attribute.name
            (total, record) = (attribute.parts.total, attribute.parts.record)
            (time, model) = (attribute.parts.time, attribute.parts.model)
            (before, after) = (attribute.before.map(Standing.init), attribute.after.map(Standing.init))
        }
    }

    public let id: Exact
    /// The moment that was asked for.
    public let since: Moment
    /// The first scoring that the ledger has is later than `since`.
    public let beginsLater: Bool
    public let before, after: Scored
    /// How many scorings there are from `before` to `after`, both included.
    public let scorings: Int
    /// The difference of the log-odds.
    public let change: Parts
    /// The part of `change.model` that is no attribute's.
    public let intercept: Double
    public let attributes: [Attribute]
    /// The versions on the way, one entry each time a version took over.
    public let versions: [ModelVersion]
    /// Why `before` and `after` can't be split into shares, or nil.
    public let beforeGap, afterGap: ScoreChange.Gap?
    /// Why part of the change is untold.
    public let gaps: Set<ScoreChange.Gap>

    private enum CodingKeys: CodingKey {
        case id, since, beginsLater, before, after, scorings, change, intercept, attributes
    }

    /// Compares the scoring that was current at `since` with the one that was current at `until`, or is now.
    ///
    /// - Throws: `ViewError`; `UnknownOrganization`; `LedgerError`; `RedisError`; `LedgerFileError`.
    public init(
        of id: Exact, organization: String, entity: Entity, since: Moment, until: Moment?, in ledger: LedgerReader,
        scorecardsFrom redis: RedisConnection
    ) throws {
        if let until, since > until { throw ViewError.emptyPeriod(since: since, until: until) }
        let registry = RegistryReader(redis)
        _ = try registry.requiredSettings(of: organization)
        let all = try ledger.series(of: id, organization: organization, entity: entity, through: until)
        guard let last = all.last else {
            throw ViewError.noScoring(organization: organization, entity, id: id.text, until: until)
        }
        guard all.count > 1 else { throw ViewError.singleScoring(entity, id: id.text, at: last.at, until: until) }
        let first = all.lastIndex { $0.at <= since }
        let series = Array(all[(first ?? 0)...])
        let change = try ScoreChange(series: series.map { .init($0) }) {
            try registry.scorecard($0, organization: organization, entity: entity)
        }
        (self.id, self.since, beginsLater) = (id, since, first == nil)
        before = Scored(series[0], logOdds: change.before)
        after = Scored(last, logOdds: change.after)
        (scorings, self.change, intercept) = (series.count, Parts(change.parts), change.intercept)
        attributes = change.attributes.map(Attribute.init)
        (beforeGap, afterGap, gaps) = (change.beforeGap, change.afterGap, change.gaps)
        versions = series.map(\.model).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
}
