import ArgumentParser
import LeadModel
import Ledger
import Redis
import Registry

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Prints everything that is held about one record, as JSON.",
        discussion: """
            What was said of it and when, whom it names with what these bring to its score, the score with all reasons, \
            what it was told of last, when what expires, and what the ledger at the settings' path holds. It is personal data: it goes to standard output and nowhere \
            else. Results of the last days stand in the stream leadline.scores.log besides, and what was refused in \
            leadline.rejected.
            """)

    @OptionGroup var target: RecordTarget
    @Argument(help: "The record's id.") var id: String

    func run() throws {
        let given = try Settings.read()
        let redis = try RedisConnection(Servers(given).redis)
        defer { redis.close() }
        let registry = RegistryReader(redis)
        let settings = try registry.requiredSettings(of: target.org)
        let held = try RecordExport(
            target.place(Exact(id), settings), partitions: settings.partitions, from: redis)
        let ledger = try target.entity.entity.flatMap {
            try LedgerExport(Exact(id), of: target.org, $0, in: given.ledgerFile)
        }
        guard held.record.revision > 0 || !held.referrers.isEmpty || ledger != nil else {
            throw Failure(
                .data,
                "\(target.org) holds nothing about a \(target.entity.rawValue) of this id; see --entity and --org")
        }
        var card: Scorecard?
        if let entity = target.entity.entity, let scoring = held.record.scoring {
            card = try registry.scorecard(scoring.model, organization: target.org, entity: entity)
        }
        try printJSON(Exported(held, id: id, kind: target.entity, organization: target.org, card: card, ledger: ledger))
    }
}
