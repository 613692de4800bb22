import ArgumentParser
import LeadModel
import Registry
import Views

struct ExportCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Prints everything that is stored about one record, as JSON.",
        discussion: """
            Its values and when each was given, the account and contact that it refers to, its score with all reasons, its \
            latest notice, what expires when, and what the ledger stores. It is personal data: it is printed \
            and not stored; the audit log keeps only that something was exported. The results of the last days are also in the stream leadline.scores.log, and rejected \
            events in leadline.rejected.
            """)

    @OptionGroup var target: RecordTarget
    @Argument(help: "The record's id.") var id: String

    func run(_ settings: Settings) throws {
        let ledger = settings.ledgerFile
        let view = try Servers(settings).withRedis { redis in
            let view = try RecordView(
                of: Exact(id), kind: target.entity, organization: target.org, from: redis, ledger: ledger)
            guard view != nil else { return view }
            try RegistryWriter(redis, author: Servers.author).note(
                "export", of: target.org, kind: target.entity, detail: "1 record")
            return view
        }
        guard let view else {
            throw Failure(
                .data,
                "\(target.org) stores nothing about a \(target.entity.rawValue) with this id; see --entity and --org")
        }
        try printJSON(view)
    }
}
