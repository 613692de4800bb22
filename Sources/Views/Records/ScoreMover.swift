import Contract
import LeadModel
import Ledger
import Redis
import Registry

/// What moved a score most since the scoring before.
public struct ScoreMover: Encodable, Sendable {
    public enum Cause: String, Encodable, Sendable { case record, time, model }

    /// Nil if it is a new version's intercept.
    @OrNull public private(set) var attribute: String?
    /// In log-odds.
    public let change: Double
    /// What made the larger part of the change.
    public let by: Cause

    /// Nil if nothing moved by 0.0005 log-odds, or part of the change can't be attributed.
    init?(_ change: ScoreChange) {
        guard change.gaps.isEmpty else { return nil }
        if let first = change.attributes.first, abs(first.parts.total) >= abs(change.intercept) {
            let parts = first.parts
            let sizes = [(abs(parts.record), Cause.record), (abs(parts.time), .time), (abs(parts.model), .model)]
            (attribute, self.change) = (first.name, parts.total)
            by = sizes.max { $0.0 < $1.0 }?.1 ?? .record
        } else {
            (attribute, self.change, by) = (nil, change.intercept, .model)
        }
        guard self.change.isVisible else { return nil }
    }
}

/// The movers of a history. They follow from scorecards, which are in Redis: where these are not available there are none.
public struct ScoreMovers: Sendable {
    /// Why there are no movers.
    public enum Missing: Equatable, Sendable {
        /// Redis has none of the scorecards.
        case noScorecards
        case redisUnreachable
        case unreadable(String)
    }

    let byRevision: [UInt64: ScoreMover]
    let missing: Missing?

    /// - Parameter scorings: with evidence, the oldest first.
    init(of scorings: [LedgerScoring], organization: String, entity: Entity, redis address: RedisAddress) {
        var byRevision: [UInt64: ScoreMover] = [:]
        var missing: Missing?
        do {
            let cards = try Self.cards(scorings, organization, entity, address)
            missing = scorings.count > 1 && cards.isEmpty ? .noScorecards : nil
            for (old, new) in zip(scorings, scorings.dropFirst()) where !cards.isEmpty {
                byRevision[new.revision] = ScoreMover(ScoreChange(series: [.init(old), .init(new)]) { cards[$0] })
            }
        } catch let error as RedisError where error.isAway {
            missing = .redisUnreachable
        } catch {
            missing = .unreadable("\(error)")
        }
        (self.byRevision, self.missing) = (byRevision, missing)
    }

    private static func cards(
        _ scorings: [LedgerScoring], _ organization: String, _ entity: Entity, _ address: RedisAddress
    ) throws -> [ModelVersion: Scorecard] {
        guard scorings.count > 1 else { return [:] }
        // The movers are an extra: a Redis that doesn't answer must not delay the history for longer.
        let redis = try RedisConnection(address, timeout: .seconds(2))
        defer { redis.close() }
        let registry = RegistryReader(redis)
        var cards: [ModelVersion: Scorecard] = [:]
        for model in Set(scorings.map(\.model)) {
            cards[model] = try registry.scorecard(model, organization: organization, entity: entity)
        }
        return cards
    }
}

extension ScoreChange.Point {
    init(_ scoring: LedgerScoring) {
        self.init(
            at: scoring.at, model: scoring.model, probability: scoring.probability, evidence: scoring.evidence,
            former: scoring.former)
    }
}

extension Double {
    /// Whether a log-odds difference shows in three decimals.
    public var isVisible: Bool { abs(self) >= 0.0005 }
}
