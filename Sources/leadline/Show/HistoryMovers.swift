import Contract
import LeadModel
import Ledger
import Redis
import Registry

/// What moved a score farthest since the scoring before.
struct Mover: Encodable {
    enum Cause: String, Encodable { case record, time, model }

    /// Nothing where it is a new version's other place where scores begin.
    @OrNull var attribute: String?
    /// In log-odds.
    var change: Double
    /// What made the larger part of it.
    var by: Cause

    /// Nothing where nothing moved that can be seen, or some of it is untold.
    init?(_ change: ScoreChange) {
        guard change.gaps.isEmpty else { return nil }
        if let first = change.attributes.first, abs(first.parts.total) >= abs(change.intercept) {
            let parts = first.parts
            let reaches = [(abs(parts.record), Cause.record), (abs(parts.time), .time), (abs(parts.model), .model)]
            (attribute, self.change) = (first.name, parts.total)
            by = reaches.max { $0.0 < $1.0 }?.1 ?? .record
        } else {
            (attribute, self.change, by) = (nil, change.intercept, .model)
        }
        guard self.change.isSeen else { return nil }
    }

    /// "-0.700 lastVisit, time"
    var text: String { "\(signed(change)) \(attribute ?? "(where every score begins)"), \(by.rawValue)" }
}

/// The movers of a history, by revision; it does without where the scorecards, which Redis has, are not to be had.
struct HistoryMovers {
    private(set) var byRevision: [UInt64: Mover] = [:]
    /// Why there are none.
    private(set) var missing: String?

    /// - Parameter kept: with evidence, the oldest first.
    init(_ kept: [LedgerScoring], _ target: Target, _ settings: Settings) {
        guard kept.count > 1 else { return }
        do {
            // It is an extra: a Redis that does not answer holds it up no longer.
            let redis = try RedisConnection(Servers(settings).redis, timeout: .seconds(2))
            defer { redis.close() }
            let registry = RegistryReader(redis)
            var cards: [ModelVersion: Scorecard] = [:]
            for model in Set(kept.map(\.model)) {
                cards[model] = try registry.scorecard(model, organization: target.org, entity: target.entity)
            }
            guard !cards.isEmpty else {
                missing = "Redis has no scorecard of its scores"
                return
            }
            for (old, new) in zip(kept, kept.dropFirst()) {
                byRevision[new.revision] = Mover(ScoreChange(series: [.init(old), .init(new)]) { cards[$0] })
            }
        } catch let error as RedisError where error.isAway {
            missing = "Redis, which has the scorecards, can't be reached"
        } catch {
            missing = "the scorecards can't be read (\(error))"
        }
    }
}

extension ScoreChange.Point {
    init(_ kept: LedgerScoring) {
        self.init(
            at: kept.at, model: kept.model, probability: kept.probability, evidence: kept.evidence, former: kept.former)
    }
}
