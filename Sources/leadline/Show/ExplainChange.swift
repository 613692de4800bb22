import LeadModel
import Ledger
import Redis
import Registry

extension ExplainCommand {
    /// What `--since` asks for: the scoring that stood then against the latest, or the one that stood at `--until`.
    func explainChange(since: PointInTime) throws {
        let settings = try Settings.read()
        let redis = try RedisConnection(Servers(settings).redis)
        defer { redis.close() }
        let registry = RegistryReader(redis)
        _ = try registry.requiredSettings(of: target.org)
        let now = try registry.now().adding(seconds: settings.clockOffset)
        let (start, end) = (since.start(now), until?.end(now))
        if let end, start > end {
            throw Failure(.usage, "--since \(start.text) is later than --until \(end.text): exchange them")
        }
        let opened = try OpenedLedger()
        defer { opened.sayIfLeft() }
        let series = try opened.ledger.series(
            of: Exact(id), organization: target.org, entity: target.entity, through: end)
        let name = "\(target.entity.rawValue) \(id.printable)"
        guard let last = series.last else {
            throw Failure(
                .data,
                end == nil
                    ? "the ledger at \(settings.ledgerFile) holds no scoring of \(name) of \(target.org)"
                    : "the ledger at \(settings.ledgerFile) holds no scoring of \(name) of \(target.org) up to --until")
        }
        guard series.count > 1 else {
            throw Failure(
                .data,
                "the ledger holds one scoring of \(name)\(end == nil ? "" : " up to --until"), of \(last.at.text): there "
                    + "is nothing to compare it with. `leadline explain` without --since takes it apart")
        }
        let first = series.lastIndex { $0.at <= start }
        let change = try ScoreChange(
            series: series[(first ?? 0)...].map { .init($0) }
        ) { try registry.scorecard($0, organization: target.org, entity: target.entity) }
        let explained = ChangeExplained(
            id: id, since: start, beginsLater: first == nil, Array(series[(first ?? 0)...]), change)
        if json { try printJSON(explained) } else { print(explained.text(target.entity)) }
    }
}
