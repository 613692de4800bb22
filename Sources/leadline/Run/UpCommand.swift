import ArgumentParser
import Fleet
import Ledger
import Logging
import Operations
import Running

struct UpCommand: AsyncSettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Runs everything on this machine.",
        discussion: """
            If the settings name no broker or no Redis, it starts private ones. They listen on this machine only, with \
            random passwords, keep their data under .leadline/ and end with it; the next `up` goes on with that data. \
            Other commands in the same folder find them by themselves; `leadline env` prints their addresses. Ctrl-C \
            ends all.
            """)

    @OptionGroup var flags: WorkerFlags
    @Option(help: ArgumentHelp("An organization to create if it does not exist.", valueName: "name")) var org =
        "default"

    func validate() throws { try OrganizationArgument.validate(org, "--org") }

    func run(_ settings: Settings) async throws {
        let log = Logger.service(flags.logFormat ?? settings.logFormat)
        let home = Servers.home
        let local = try LocalServers(broker: settings.broker, redis: settings.redis, home: home) {
            Self.report($0, in: home, log)
        }
        defer { local.stop() }
        log.info("RabbitMQ at \(local.broker), Redis at \(local.redis), passwords by `leadline env`; Ctrl-C ends")
        var settings = settings
        (settings.broker, settings.redis) = (local.broker, local.redis)
        let servers = try Servers(settings)
        // Shared by both services, so that each outage is logged once.
        let outages = Outages(log: log)
        try await Services.run(
            [
                Worker(flags.options(settings, servers), outages: outages, log: log),
                Projector(settings.ledgerOptions(servers), outages: outages, log: log),
                FirstOrganization(org, redis: servers.redis, log: log),
            ], log: log)
    }

    private static func report(_ event: LocalServers.Event, in home: LocalHome, _ log: Logger) {
        switch event {
        case .starting(let names):
            let note = names.contains("RabbitMQ") ? ", which takes some seconds" : ""
            log.info("starting a private \(names) in \(home.folder)\(note)")
        case .started(let name): log.info("\(name) is running")
        case .ended(let name, let status): log.warning("\(name) ended (\(status)), starting it again")
        case .failed(let name, let error): log.error("\(name) did not start, trying again: \(error)")
        case .stopping(let names): log.info("ending \(names)")
        }
    }
}
