import ArgumentParser
import LeadModel
import Redis
import Registry

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Shows why a record has the score it has: every attribute's share.",
        discussion: """
            It explains the score as it was given, from its version and evidence, whatever the record says now. A record \
            that has none is told why. One that was never heard of is an error.
            """)

    @OptionGroup var target: Target
    @Argument(help: "The record's id.") var id: String
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let redis = try RedisConnection(Servers.read().redis)
        defer { redis.close() }
        let registry = Registry(redis, author: "")
        let settings = try registry.need(target.org)
        let place = RecordStore.Place(
            partition: Partition(
                of: Exact(id), entity: target.entity, organization: target.org, count: settings.partitions),
            id: Exact(id))
        let record = try RecordStore(redis).recall([place]).records[0]
        guard record.revision > 0 else {
            throw Failure(
                .data, "\(target.org) knows no \(target.entity.rawValue) of this id: no event of it was taken")
        }
        guard let scoring = record.scoring else {
            let why = whyNoScore(record, try registry.published(organization: target.org, entity: target.entity))
            if json { return try printJSON(Unscored(id: id, score: nil, why: why)) }
            return print("\(target.entity.rawValue) \(id.printable) has no score: \(why)")
        }
        guard let card = try registry.scorecard(scoring.model, organization: target.org, entity: target.entity),
            card.fits(scoring.evidence)
        else { throw Failure(.fault, "model \(scoring.model), which gave the score, is not in the registry") }
        let explained = Explained(id: id, record: record, scoring: scoring, card: card)
        if json { try printJSON(explained) } else { print(explained.text(card)) }
    }

    /// The least that is in the way.
    private func whyNoScore(_ record: Record, _ published: ModelVersion?) -> String {
        if record.isErased { return "it was erased" }
        if record.isGone { return "it was deleted" }
        if !record.isWhole { return "only patches of it came; they wait for a snapshot" }
        if record.status != .open { return "it came in closed (\(record.status.rawValue))" }
        if published == nil {
            return "no model is published; `leadline train FILE --name NAME --publish\(target.flag)` makes one"
        }
        if record.creationSeen {
            return "it came while no model was published; it waits for the daily sweep, which is to come"
        }
        return "it waits for the daily sweep, which is to come; a `created` or `imported` event scores it at once"
    }

    private struct Unscored: Encodable {
        var id: String
        @OrNull var score: Int?
        var why: String
    }
}

/// A score taken apart.
private struct Explained: Encodable {
    struct Share: Encodable {
        var attribute, label: String
        var contribution: Double
        var insight: String
    }

    var id: String
    var score: Int
    var probability: Double
    var grade, trend: String
    @OrNull var previousScore: Int?
    var model: String
    var version: Int
    var scoredAt: String
    var logOdds: Double
    var intercept: Double
    var shares: [Share]
    var isPending: Bool
    /// Of the record now: open, deleted, or how it was closed.
    var status: String

    init(id: String, record: Record, scoring: Scoring, card: Scorecard) {
        self.id = id
        (score, probability, grade) = (scoring.score, scoring.probability, scoring.grade.rawValue)
        (trend, previousScore) = (scoring.trend.rawValue, scoring.previousScore)
        (model, version, scoredAt) = (scoring.model.name, scoring.model.version, scoring.at.text)
        (logOdds, intercept) = (card.logOdds(scoring.evidence), card.intercept)
        shares = card.reasons(scoring.evidence).map {
            Share(attribute: $0.attribute, label: $0.label, contribution: $0.contribution, insight: $0.insight)
        }
        isPending = record.isPending
        status = record.isGone ? "deleted" : record.status.rawValue
    }

    func text(_ card: Scorecard) -> String {
        var table = Table(header: ["share", "attribute", "value", "what training saw"], rightAligned: [0])
        table.rows = [[signed(intercept), "(where every score begins)", "", ""]]
        table.rows += shares.map { [signed($0.contribution), $0.attribute, $0.label, $0.insight] }
        table.rows.append([signed(logOdds), "log-odds", "", "probability \(decimals(probability * 100, 1)) %"])
        var text = """
            \(card.entity.rawValue) \(id.printable): score \(score), grade \(grade)\
            \(previousScore.map { ", \(trend) (before: \($0))" } ?? ""), by model \(model) \(version) at \(scoredAt)

            \(table.render())
            """
        if isPending { text += "\n\nIt changed since; the change waits for the daily sweep, which is to come." }
        if status != Status.open.rawValue { text += "\n\nIt is \(status) now; this is the last score that it had." }
        return text
    }

    private func signed(_ number: Double) -> String { (number >= 0 ? "+" : "") + decimals(number, 3) }
}
