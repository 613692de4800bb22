import Contract
import LeadModel
import Ledger
import Redis

/// A record's scorings, each compared with the one before, and what became of the record.
public struct HistoryView: Encodable, Sendable {
    public struct Point: Encodable, Sendable {
        public let scoring: LedgerScoring
        /// Nil for the first scoring that the ledger has.
        public let previousScore: Int?
        public let mover: ScoreMover?

        public var trend: Trend { Trend(from: previousScore, to: scoring.score) }

        public func encode(to encoder: any Encoder) throws { try PointShape(self).encode(to: encoder) }
    }

    public let organization: String
    public let entity: Entity
    public let record: LedgerRecord
    /// The oldest first.
    public let points: [Point]
    /// The ledger has scorings before the first point.
    public let hasEarlier: Bool
    /// Why no point has a mover, or nil.
    public let missingMovers: ScoreMovers.Missing?

    /// - Parameters:
    ///   - latest: at most this many scorings, the latest ones.
    ///   - redis: where the scorecards are, from which the movers follow. The view does without if it can't be reached.
    /// - Throws: `ViewError.notInLedger`; `LedgerError`; `LedgerFileError`.
    public init(
        of id: Exact, organization: String, entity: Entity, latest: Int, in ledger: LedgerReader, redis: RedisAddress
    ) throws {
        guard let record = try ledger.record(id, organization: organization, entity: entity) else {
            throw ViewError.notInLedger(organization: organization, entity)
        }
        // One more, which the first point is compared with.
        let scorings = try ledger.series(of: id, organization: organization, entity: entity, latest: latest + 1)
        let movers = ScoreMovers(of: scorings, organization: organization, entity: entity, redis: redis)
        let all = scorings.indices.map { index in
            Point(
                scoring: scorings[index], previousScore: index == 0 ? nil : scorings[index - 1].score,
                mover: movers.byRevision[scorings[index].revision])
        }
        (self.organization, self.entity, self.record) = (organization, entity, record)
        (points, hasEarlier, missingMovers) = (all.suffix(latest), all.count > latest, movers.missing)
    }

    public func encode(to encoder: any Encoder) throws { try Shape(self).encode(to: encoder) }

    private struct Shape: Encodable {
        var org: String
        var entity: Entity
        var id: Exact
        @OrNull var name: String?
        @OrNull var owner: String?
        var status: String
        @OrNull var createdAt: Moment?
        @OrNull var outcome: Status?
        @OrNull var endedAt: Moment?
        var scorings: [Point]

        init(_ view: HistoryView) {
            let record = view.record
            (org, entity, id, scorings) = (view.organization, view.entity, record.id, view.points)
            (name, owner, status) = (record.name, record.owner, record.status)
            (createdAt, outcome, endedAt) = (record.createdAt, record.outcome, record.endedAt)
        }
    }

    private struct PointShape: Encodable {
        var revision: UInt64
        var at: Moment
        var score: Int
        var probability: Double
        var grade: Grade
        var trend: String
        @OrNull var previousScore: Int?
        var model: String
        var version: Int
        var trigger: String
        @OrNull var mover: ScoreMover?

        init(_ point: Point) {
            let scoring = point.scoring
            (revision, at, score, probability) = (scoring.revision, scoring.at, scoring.score, scoring.probability)
            (grade, trend, previousScore) = (scoring.grade, point.trend.rawValue, point.previousScore)
            (model, version, trigger) = (scoring.model.name, scoring.model.version, scoring.trigger.rawValue)
            mover = point.mover
        }
    }
}
