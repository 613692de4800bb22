import LeadModel

/// The totals of one month, as they go out to `leadline.usage` when they changed.
public struct UsageTotals: Equatable, Sendable {
    public var organization: String
    public var entity: Entity
    public var month: Month
    /// Records scored in the month, each counted once, and scorings, each counted.
    public var records: Int
    public var scorings: Int
    /// Records a month; nil where there is none.
    public var limit: Int?

    public init(organization: String, entity: Entity, month: Month, records: Int, scorings: Int, limit: Int?) {
        (self.organization, self.entity, self.month) = (organization, entity, month)
        (self.records, self.scorings, self.limit) = (records, scorings, limit)
    }

    /// `<org>.<entity>`.
    public var routingKey: String { "\(organization).\(entity.rawValue)" }

    /// `Names.ContentType.json`.
    public func body() -> [UInt8] {
        var json = JSONWriter()
        json.literal(#"{"organization":"#)
        json.string(organization)
        json.literal(#","entity":"#)
        json.string(entity.rawValue)
        json.literal(#","month":"#)
        json.string(month.text)
        json.literal(#","records":"#)
        json.integer(records)
        json.literal(#","scorings":"#)
        json.integer(scorings)
        json.literal(#","limit":"#)
        json.integer(limit)
        json.literal("}")
        return json.bytes
    }
}
