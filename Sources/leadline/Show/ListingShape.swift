import Contract
import LeadModel
import Ledger

/// A page of open records as programs read it.
struct ListingShape: Encodable {
    var org, entity: String
    var rows: [Row]
    /// For `--after`.
    @OrNull var next: String?

    struct Row: Encodable {
        var id: String
        @OrNull var name: String?
        @OrNull var owner: String?
        var status: String
        @OrNull var process: String?
        @OrNull var stage: String?
        @OrNull var createdAt: String?
        @OrNull var score: Int?
        @OrNull var probability: Double?
        @OrNull var grade: String?
        @OrNull var trend: String?
        @OrNull var previousScore: Int?
        @OrNull var model: String?
        @OrNull var version: Int?
        @OrNull var scoredAt: String?
        @OrNull var reason: Reason?
        @OrNull var lowEvidence: Bool?

        init(_ row: ListedRecord) {
            let standing = row.scoring
            (id, name, owner, status) = (row.id.text, row.name, row.owner, row.status.rawValue)
            (process, stage, createdAt) = (row.process, row.stage, row.createdAt?.text)
            (score, probability) = (standing?.score, standing?.probability)
            (grade, trend) = (standing?.grade.rawValue, standing?.trend.rawValue)
            (previousScore, model, version) = (standing?.previousScore, standing?.model.name, standing?.model.version)
            (scoredAt, lowEvidence) = (standing?.at.text, standing?.lowEvidence)
            reason = standing?.reason.map { Reason(phrase: $0.phrase, contribution: $0.contribution) }
        }
    }

    struct Reason: Encodable {
        var phrase: String
        var contribution: Double
    }

    init(org: String, entity: Entity, _ page: ListingPage) {
        (self.org, self.entity) = (org, entity.rawValue)
        (rows, next) = (page.rows.map(Row.init), page.next)
    }
}
