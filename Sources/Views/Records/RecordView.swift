import Contract
import LeadModel
import Ledger
import Redis
import Registry

/// Everything that is stored about one record: in the registry, and in the ledger if there is one. It is personal data.
public struct RecordView: Encodable, Sendable {
    public struct Related: Encodable, Sendable {
        @OrNull public private(set) var account: Entity?
        @OrNull public private(set) var contact: Entity?

        public struct Entity: Encodable, Sendable {
            public let id: Exact
            public let revision: UInt64
            public let state: RecordStateView
        }

        fileprivate init(_ stored: RecordExport) {
            func entity(_ kind: RecordKind) -> Entity? {
                guard let id = stored.record.reference(to: kind), let entity = stored.entities[kind] else { return nil }
                return Entity(id: id, revision: entity.revision, state: RecordStateView(entity))
            }
            (account, contact) = (entity(.account), entity(.contact))
        }
    }

    public struct Referrers: Encodable, Sendable {
        public let leads, opportunities: [Exact]

        fileprivate init(_ stored: RecordExport) {
            func ids(_ kind: RecordKind) -> [Exact] { stored.referrers.filter { $0.kind == kind }.map(\.id) }
            (leads, opportunities) = (ids(.lead), ids(.opportunity))
        }
    }

    public struct LatestNotice: Encodable, Sendable {
        public let revision: UInt64
        public let what: String
        @OrNull public private(set) var grade: Grade?
        @OrNull public private(set) var left: Grade?

        fileprivate init(_ notice: Notice) {
            (revision, what) = (notice.revision, notice.kind.word)
            (grade, left) = (notice.grade, notice.left)
        }
    }

    public struct Expiry: Encodable, Sendable {
        public let what: String
        public let at: Moment

        fileprivate init(_ member: ScheduleMember, _ due: Moment) {
            at = due
            what =
                switch member {
                case .record: "the record"
                case .nullTombstones: "the null tombstones"
                case .referrer(let kind, let related, _): "the reference to \(kind.rawValue) \(related.text)"
                case .day: "the day's counters"
                }
        }
    }

    public let organization: String
    public let entity: String
    public let id: Exact
    public let readAt: Moment
    public let revision, valuesRevision: UInt64
    public let state: RecordStateView
    public let creationSeen, isPending: Bool
    public let related: Related
    /// Of an account or contact: the records that refer to it. Nil for leads and opportunities.
    @OrNull public private(set) var namedBy: Referrers?
    @OrNull public private(set) var scoring: CurrentScoringView?
    @OrNull public private(set) var notice: LatestNotice?
    @OrNull public private(set) var usageMonth: Month?
    @OrNull public private(set) var sweep: UInt64?
    /// What of it expires, the earliest first.
    public let expires: [Expiry]
    /// Nil if there is no ledger at the path, or it has nothing about the record.
    @OrNull public private(set) var ledger: LedgerExportView?

    /// - Returns: nil if nothing is stored about the record.
    /// - Throws: `UnknownOrganization`; `RedisError`; `RecordBlob.Damaged`; `Scorecard.ArtifactError`; `LedgerError`;
    ///   `LedgerFileError`.
    public init?(
        of id: Exact, kind: RecordKind, organization: String, from redis: RedisConnection, ledger path: String
    ) throws {
        let registry = RegistryReader(redis)
        let settings = try registry.requiredSettings(of: organization)
        let place = RecordStore.Place(of: id, kind: kind, organization: organization, partitions: settings.partitions)
        let stored = try RecordExport(place, partitions: settings.partitions, from: redis)
        let inLedger = try kind.entity.flatMap { try LedgerExport(id, of: organization, $0, in: path) }
        let record = stored.record
        guard record.revision > 0 || !stored.referrers.isEmpty || inLedger != nil else { return nil }
        (self.organization, entity, self.id, readAt) = (organization, kind.rawValue, id, stored.readAt)
        (revision, valuesRevision, state) = (record.revision, record.valuesRevision, RecordStateView(record))
        (creationSeen, isPending, related) = (record.creationSeen, record.isPending, Related(stored))
        expires = stored.expiring.map { Expiry($0.member, $0.due) }
        namedBy = kind.entity == nil ? Referrers(stored) : nil
        scoring = try record.scoring.map { scoring in
            let card = try kind.entity.flatMap {
                try registry.scorecard(scoring.model, organization: organization, entity: $0)
            }
            let joined = record.isGone ? Record() : record.joined(with: stored.entities)
            return CurrentScoringView(scoring, grade: record.grade, card: card, record: joined)
        }
        (notice, usageMonth) = (record.notice.map(LatestNotice.init), record.monthCounted)
        sweep = record.sweepMark == 0 ? nil : record.sweepMark
        ledger = inLedger.map(LedgerExportView.init)
    }
}
