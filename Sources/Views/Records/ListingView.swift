import Contract
import LeadModel
import Ledger

/// A page of open leads or opportunities.
public struct ListingView: Encodable, Sendable {
    public let query: ListingQuery
    public let page: ListingPage
    /// The ages of the page's rows count from here.
    public let now: Moment

    /// - Parameters:
    ///   - limit: rows of a page, at least 1.
    ///   - cursor: the `next` of the page before.
    /// - Throws: `LedgerError`; `LedgerFileError`.
    public init(
        _ query: ListingQuery, limit: Int, after cursor: String? = nil, now: Moment, in ledger: LedgerReader
    ) throws {
        (self.query, self.now) = (query, now)
        page = try ledger.list(query, limit: limit, after: cursor, now: now)
    }

    public func encode(to encoder: any Encoder) throws { try Shape(self).encode(to: encoder) }

    private struct Shape: Encodable {
        var org: String
        var entity: Entity
        var rows: [Row]
        @OrNull var next: String?

        init(_ view: ListingView) {
            (org, entity) = (view.query.organization, view.query.entity)
            (rows, next) = (view.page.rows.map(Row.init), view.page.next)
        }
    }

    private struct Row: Encodable {
        var id: Exact
        @OrNull var name: String?
        @OrNull var owner: String?
        var status: Status
        @OrNull var process: String?
        @OrNull var stage: String?
        @OrNull var createdAt: Moment?
        @OrNull var score: Int?
        @OrNull var probability: Double?
        @OrNull var grade: Grade?
        @OrNull var trend: String?
        @OrNull var previousScore: Int?
        @OrNull var model: String?
        @OrNull var version: Int?
        @OrNull var scoredAt: Moment?
        @OrNull var reason: Reason?
        @OrNull var lowEvidence: Bool?

        init(_ row: ListedRecord) {
            let current = row.scoring
            (id, name, owner, status) = (row.id, row.name, row.owner, row.status)
            (process, stage, createdAt) = (row.process, row.stage, row.createdAt)
            (score, probability) = (current?.score, current?.probability)
            (grade, trend) = (current?.grade, current?.trend.rawValue)
            (previousScore, model, version) = (current?.previousScore, current?.model.name, current?.model.version)
            (scoredAt, lowEvidence) = (current?.at, current?.lowEvidence)
            reason = current?.reason.map { Reason(phrase: $0.phrase, contribution: $0.contribution) }
        }
    }

    private struct Reason: Encodable {
        var phrase: String
        var contribution: Double
    }
}
