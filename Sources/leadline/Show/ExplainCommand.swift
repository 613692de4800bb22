import ArgumentParser
import Contract
import LeadModel
import Redis
import Registry

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Shows why a record has the score it has: every attribute's share.",
        discussion: """
            It explains the score as it was given, from its version and evidence, whatever the record says now. A record \
            that has none is told why. One that was never heard of is an error.

            --set account.industry=Finance says what the score would have been with that value, and --set industry= \
            without one; it can be repeated. --suggest says which one change would have raised it most. Both tell what \
            the records show together, not what causes it.

            --since 2026-11-01 says why the score changed: the one that stood then against the present one (or that of \
            --until), and of each attribute what the record did, what time did, and what a new model version did. The \
            parts add up to the difference. It reads the ledger, which keeps every scoring.
            """)

    @OptionGroup var target: Target
    @Argument(help: "The record's id.") var id: String
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "What if the attribute had this value? Nothing behind the = means missing; can be repeated.",
            valueName: "attribute=value"))
    var changes: [String] = []
    @Option(
        defaultAsFlag: 5,
        help: ArgumentHelp("Which changes would raise the score most: so many, or 5.", valueName: "n"))
    var suggest: Int?
    @Option(
        help: ArgumentHelp(
            "An attribute that --suggest is to leave as it is; can be repeated.", valueName: "attribute"))
    var fixed: [String] = []
    @Option(
        help: ArgumentHelp("Why the score changed since then: \(PointInTime.help).", valueName: "date"))
    var since: PointInTime?
    @Option(help: ArgumentHelp("Up to then, instead of now; a day counts to its end.", valueName: "date"))
    var until: PointInTime?
    @Flag(help: "As JSON.") var json = false

    func validate() throws {
        if since == nil, until != nil { throw ValidationError("--until says up to when --since is told: give both") }
        if since != nil, suggest != nil || !changes.isEmpty {
            throw ValidationError("--since tells what was, --set and --suggest what would be: ask one after the other")
        }
        if let suggest, !(1...1000).contains(suggest) { throw ValidationError("--suggest must be 1 to 1000") }
        if suggest == nil, !fixed.isEmpty {
            throw ValidationError("--fixed says what --suggest is to leave: give both")
        }
        for change in changes where !change.dropFirst().contains("=") {
            throw ValidationError("--set needs ATTRIBUTE=VALUE, as account.industry=Finance")
        }
    }

    func run() throws {
        if let since { return try explainChange(since: since) }
        let redis = try RedisConnection(Servers.read().redis)
        defer { redis.close() }
        let registry = RegistryReader(redis)
        let settings = try registry.requiredSettings(of: target.org)
        let place = RecordStore.Place(
            of: Exact(id), kind: RecordKind(target.entity), organization: target.org, partitions: settings.partitions)
        let record = try RecordStore(redis).load([place]).records[0]
        guard record.revision > 0 else {
            throw Failure(
                .data, "\(target.org) knows no \(target.entity.rawValue) of this id: no event of it was taken")
        }
        guard let scoring = record.scoring else {
            let why = whyNoScore(record, try registry.published(organization: target.org, entity: target.entity))
            if json { return try printJSON(Unscored(id: id, score: nil, why: why)) }
            return print("\(target.entity.rawValue) \(id.printable) has no score: \(why)")
        }
        guard !scoring.evidence.bins.isEmpty else {
            throw Failure(
                .data,
                "its contact was erased, and with that all from which its score was read; the next sweep scores it anew "
                    + "if it is open")
        }
        guard let card = try registry.scorecard(scoring.model, organization: target.org, entity: target.entity),
            card.fits(scoring.evidence)
        else { throw Failure(.fault, "model \(scoring.model), which gave the score, is not in the registry") }
        var explained = Explained(id: id, record: record, scoring: scoring, card: card)
        var evidence = scoring.evidence
        if !changes.isEmpty {
            let what = try changes.map { try Change($0, card, scoring.model) }
            for change in what { evidence = change.made(to: evidence, card, at: scoring.at) }
            explained.whatIf = WhatIf(what.map(\.attribute), evidence, card, instead: scoring)
        }
        if let suggest {
            for name in fixed { try Change.need(name, card, scoring.model) }
            explained.suggestions = card.suggestions(
                for: evidence, fixed: Set(fixed.map { Exact($0) }), count: suggest
            ).map { Suggested($0, card, instead: evidence) }
        }
        if json { try printJSON(explained) } else { print(explained.text(card)) }
    }

    /// The least that is in the way.
    private func whyNoScore(_ record: Record, _ published: ModelVersion?) -> String {
        if record.isErased { return "it was erased" }
        if record.isGone { return "it was deleted" }
        if !record.isWhole { return "only patches of it came; they wait for a snapshot" }
        if record.status != .open { return "it came in closed (\(record.status.rawValue))" }
        if published == nil {
            return "no model is published; `leadline train FILE --name NAME --publish\(target.flags)` makes one"
        }
        if record.creationSeen {
            return "it came while no model was published; it waits for the daily sweep, or `leadline sweep run`"
        }
        return
            "it waits for the daily sweep, or `leadline sweep run`; a `created` or `imported` event scores it at once"
    }

    private struct Unscored: Encodable {
        var id: String
        @OrNull var score: Int?
        var why: String
    }
}
