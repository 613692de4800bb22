import ArgumentParser
import Fleet
import Ledger
import Logging
import Operations

struct UpCommand: AsyncSettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Runs everything on this machine.",
        discussion: """
            If the settings name no broker or no Redis, it starts private ones. They listen on this machine only, keep \
            their data under .leadline/ and end with it; the next `up` goes on with that data. Other commands in the same \
            folder find them by themselves. Ctrl-C ends all.
            """)

    @OptionGroup var flags: WorkerFlags
    @Option(help: ArgumentHelp("An organization to create if it does not exist.", valueName: "name")) var org =
        "default"

    func validate() throws { try OrganizationArgument.validate(org, "--org") }

    func run(_ settings: Settings) async throws {
        let log = Logger.service(flags.logFormat ?? settings.logFormat)
        let own = try OwnServers(settings, log: log)
        defer { own.stop() }
        try await Services.run(
            [
                Worker(flags.options(settings, own.servers), log: log),
                Projector(settings.ledgerOptions(own.servers), log: log),
                FirstOrganization(org, redis: own.servers.redis, log: log),
            ], log: log)
    }
}
