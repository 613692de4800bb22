import Contract
import LeadModel
import Ledger
import Registry

/// What `export` prints: all that is held about one record.
struct Exported: Encodable {
    var organization, entity, id, readAt: String
    var revision, valuesRevision: UInt64
    var state: RecordState
    var creationSeen, isPending: Bool
    /// By kind; null where none is named.
    var related: Related
    @OrNull var namedBy: NamedBy?
    @OrNull var scoring: ExportedScoring?
    @OrNull var notice: ToldNotice?
    @OrNull var usageMonth: String?
    @OrNull var sweep: UInt64?
    var expires: [Expiring]
    /// Null where there is no ledger here, or it holds nothing of the record.
    @OrNull var ledger: ExportedFromLedger?

    struct Related: Encodable {
        @OrNull var account: Named?
        @OrNull var contact: Named?
    }

    struct Named: Encodable {
        var id: String
        var revision: UInt64
        var state: RecordState
    }

    struct NamedBy: Encodable { var leads, opportunities: [String] }

    struct ToldNotice: Encodable {
        var revision: UInt64
        var what: String
        @OrNull var grade: String?
        @OrNull var left: String?
    }

    struct Expiring: Encodable { var what, at: String }

    init(
        _ held: RecordExport, id: String, kind: RecordKind, organization: String, card: Scorecard?,
        ledger: LedgerExport?
    ) {
        self.ledger = ledger.map(ExportedFromLedger.init)
        let record = held.record
        (self.organization, entity, self.id, readAt) = (organization, kind.rawValue, id, held.readAt.text)
        (revision, valuesRevision) = (record.revision, record.valuesRevision)
        state = RecordState(record)
        (creationSeen, isPending) = (record.creationSeen, record.isPending)
        func named(_ kind: RecordKind) -> Named? {
            guard let id = record.reference(to: kind), let entity = held.entities[kind] else { return nil }
            return Named(id: id.text, revision: entity.revision, state: RecordState(entity))
        }
        related = Related(account: named(.account), contact: named(.contact))
        if kind.entity == nil {
            func ids(_ kind: RecordKind) -> [String] { held.referrers.filter { $0.kind == kind }.map(\.id.text) }
            namedBy = NamedBy(leads: ids(.lead), opportunities: ids(.opportunity))
        }
        scoring = record.scoring.map { ExportedScoring($0, grade: record.grade, card: card) }
        notice = record.notice.map {
            ToldNotice(
                revision: $0.revision, what: $0.kind.word, grade: $0.grade?.rawValue, left: $0.left?.rawValue)
        }
        usageMonth = record.monthCounted?.text
        sweep = record.sweepMark == 0 ? nil : record.sweepMark
        expires = held.expiring.map { Expiring(what: Self.words($0.member), at: $0.due.text) }
    }

    private static func words(_ member: ScheduleMember) -> String {
        switch member {
        case .record: "the record"
        case .marks: "the marks of nulls"
        case .referrer(let kind, let related, _): "that it named \(kind.rawValue) \(related.text)"
        case .day: "the day's counters"
        }
    }
}

/// The scoring that a record carries, with every share of it.
struct ExportedScoring: Encodable {
    var revision: UInt64
    var scoredAt, trigger, model: String
    var version, score: Int
    var probability: Double
    /// As it is now; other ranges may have moved it since.
    var grade, trend: String
    @OrNull var previousScore: Int?
    @OrNull var previousGrade: String?
    var evidence: [UInt16]
    @OrNull var intercept: Double?
    @OrNull var logOdds: Double?
    @OrNull var lowEvidence: Bool?
    @OrNull var reasons: [Explained.Share]?
    @OrNull var accountRevision: UInt64?
    @OrNull var contactRevision: UInt64?
    @OrNull var former: Former?

    struct Former: Encodable {
        var model: String
        var version: Int
        var evidence: [UInt16]
    }

    /// - Parameter card: of the scoring's version; reasons are null without it, and where the evidence was cleared because a
    ///   contact was erased.
    init(_ scoring: Scoring, grade: Grade?, card: Scorecard?) {
        (revision, scoredAt, trigger) = (scoring.revision, scoring.at.text, scoring.trigger.rawValue)
        (model, version) = (scoring.model.name, scoring.model.version)
        (score, probability) = (scoring.score, scoring.probability)
        (self.grade, trend) = ((grade ?? scoring.grade).rawValue, scoring.trend.rawValue)
        (previousScore, previousGrade) = (scoring.previousScore, scoring.previousGrade?.rawValue)
        evidence = scoring.evidence.bins
        if let card, card.fits(scoring.evidence) {
            (intercept, logOdds) = (card.intercept, card.logOdds(scoring.evidence))
            lowEvidence = card.hasLowEvidence(scoring.evidence)
            reasons = card.reasons(scoring.evidence).map(Explained.Share.init)
        }
        (accountRevision, contactRevision) = (scoring.accountRevision, scoring.contactRevision)
        former = scoring.former.map {
            Former(model: $0.model.name, version: $0.model.version, evidence: $0.evidence.bins)
        }
    }
}

/// What the ledger holds of a record, with every scoring of it.
struct ExportedFromLedger: Encodable {
    var revision: Int64
    var status: String
    @OrNull var name: String?
    @OrNull var owner: String?
    @OrNull var outcome: String?
    @OrNull var endedAt: String?
    var scorings: [Past]

    struct Past: Encodable {
        var revision: Int64
        var scoredAt, trigger, model: String
        var version, score: Int
        var probability: Double
        var grade: String
        @OrNull var evidence: [UInt16]?
        @OrNull var former: ExportedScoring.Former?
    }

    init(_ held: LedgerExport) {
        (revision, status, name, owner) = (held.revision, held.status, held.name, held.owner)
        (outcome, endedAt) = (held.outcome, held.endedAt?.text)
        scorings = held.scorings.map { scoring in
            var former: ExportedScoring.Former?
            if let model = scoring.formerModel, let evidence = scoring.formerEvidence {
                former = .init(model: model.name, version: model.version, evidence: evidence.bins)
            }
            return Past(
                revision: scoring.revision, scoredAt: scoring.at.text,
                trigger: (scoring.isSweep ? Scoring.Trigger.sweep : .realtime).rawValue, model: scoring.model.name,
                version: scoring.model.version, score: LeadModel.score(probability: scoring.probability),
                probability: scoring.probability, grade: scoring.grade, evidence: scoring.evidence?.bins, former: former
            )
        }
    }
}
