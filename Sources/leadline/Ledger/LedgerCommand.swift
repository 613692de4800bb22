import ArgumentParser
import Ledger
import Logging
import Running

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Runs and maintains the ledger: every scoring of every record and its outcome.",
        subcommands: [Run.self, LedgerRebuildCommand.self, LedgerBackupCommand.self, LedgerCheckCommand.self])

    struct Run: AsyncSettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Projects the score stream into the ledger, for every organization.",
            discussion: """
                `leadline up` includes it; for workers without `up`, one process of this is enough. It waits for RabbitMQ \
                and Redis if they are away, and logs once a minute what it processed and how far behind it is. It can be \
                ended at any moment: the next run continues from there.
                """)

        @Option(help: "How log lines are written.")
        var logFormat: LogFormat?

        func run(_ settings: Settings) async throws {
            let log = Logger.service(logFormat ?? settings.logFormat)
            try await Services.run([Projector(settings.ledgerOptions(try Servers(settings)), log: log)], log: log)
        }
    }
}

extension Settings {
    func ledgerOptions(_ servers: Servers) -> LedgerOptions {
        var options = LedgerOptions(broker: servers.broker, redis: servers.redis, path: ledgerFile)
        options.days = ledgerDays
        options.clockOffset = clockOffset
        options.minute = .seconds(minute)
        return options
    }
}
