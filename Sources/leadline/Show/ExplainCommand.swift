import ArgumentParser
import LeadModel
import Redis
import Registry
import Views

struct ExplainCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Shows why a record has the score it has: every attribute's share.",
        discussion: """
            It explains the score as it was given, from its version and evidence, even if the record changed since. For a \
            record without a score it says why there is none. An unknown record is an error.

            --set account.industry=Finance shows the score that the record would have had with that value, and \
            --set industry= the one without a value; it can be repeated. --suggest shows which change of one value would \
            have raised the score most: of what can be changed, to values whose own rate is above the average, and by no more \
            than the training records show. Both show what the records have in common, not what causes it.

            --since 2026-11-01 shows why the score changed: it compares the score of that day with the current one, or with \
            the one at --until, and splits each attribute's part by what the record, time and a new model version did. The \
            parts add up to the difference. It reads the ledger, which has every scoring.
            """)

    @OptionGroup var target: Target
    @Argument(help: "The record's id.") var id: String
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Show the score with this value instead; an empty value means missing. Can be repeated.",
            valueName: "attribute=value"))
    var changes: [String] = []
    @Option(
        defaultAsFlag: 5,
        help: ArgumentHelp("Show this many changes that would raise the score most.", valueName: "n"))
    var suggest: Int?
    @Option(
        help: ArgumentHelp("With --suggest: don't change this attribute. Can be repeated.", valueName: "attribute"))
    var fixed: [String] = []
    @Option(help: ArgumentHelp("Show why the score changed since \(PointInTime.help).", valueName: "date"))
    var since: PointInTime?
    @Option(help: ArgumentHelp("With --since: up to the end of this day.", valueName: "date"))
    var until: PointInTime?
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if since == nil, until != nil { throw ValidationError("--until needs --since: give both") }
        if since != nil, suggest != nil || !changes.isEmpty {
            throw ValidationError("--since can't be combined with --set or --suggest")
        }
        if let suggest, !(1...1000).contains(suggest) { throw ValidationError("--suggest must be 1 to 1000") }
        if suggest == nil, !fixed.isEmpty { throw ValidationError("--fixed needs --suggest: give both") }
        for change in changes where AttributeChange(change) == nil {
            throw ValidationError("--set needs ATTRIBUTE=VALUE, such as account.industry=Finance")
        }
    }

    func run(_ settings: Settings) throws {
        try Servers(settings).withRedis { redis in
            if let since { try explainChange(since, redis, settings) } else { try explainScore(redis) }
        }
    }

    private func explainScore(_ redis: RedisConnection) throws {
        var question = ExplanationView.Question()
        (question.changes, question.suggestions) = (changes.compactMap { AttributeChange($0) }, suggest)
        question.fixed = fixed
        switch try ExplanationView.explain(
            Exact(id), organization: target.org, entity: target.entity, question, from: redis)
        {
        case .scored(let view):
            if json { try printJSON(view) } else { print(ExplanationText(view, target.entity).render()) }
        case .unscored(let view):
            let text = UnscoredText(view, target)
            if json { return try printJSON(text) }
            print("\(target.entity.rawValue) \(id.printable) has no score: \(text.why)")
            if let adjusted = view.adjusted { print("Values that don't fit the contract: \(adjusted).") }
        }
    }

    private func explainChange(_ since: PointInTime, _ redis: RedisConnection, _ settings: Settings) throws {
        let now = try RegistryReader(redis).now().adding(seconds: settings.clockOffset)
        let opened = try OpenedLedger(settings)
        let view = try ChangeView(
            of: Exact(id), organization: target.org, entity: target.entity, since: since.start(now),
            until: until?.end(now), in: opened.ledger, scorecardsFrom: redis)
        defer { opened.warnIfNotUpdated() }
        if json { try printJSON(view) } else { print(ChangeText(view, target.entity).render()) }
    }
}
