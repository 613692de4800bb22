import ArgumentParser
import Fleet
import Ledger
import Logging
import Redis
import Registry
import ServiceLifecycle

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Runs everything on this machine.",
        discussion: """
            Where the settings name no broker and no Redis, it brings private ones, which listen on this machine alone, \
            keep their data under .leadline/ and end with it; the next `up` goes on with what is there. Other commands in \
            the same folder find them by themselves. Ctrl-C ends all.
            """)

    @OptionGroup var flags: WorkerFlags
    @Option(help: ArgumentHelp("An organization to make if it is not there.", valueName: "name")) var org = "default"

    func validate() throws { try OrganizationArgument.validate(org, "--org") }

    func run() async throws {
        let settings = try Settings.read()
        let log = Logger.service(flags.logFormat ?? settings.logFormat)
        let own = try OwnServers(settings, log: log)
        defer { own.stop() }
        try await Services.run(
            [
                Worker(flags.options(settings, own.servers), log: log),
                Projector(settings.ledgerOptions(own.servers), log: log),
                FirstOrganization(redis: own.servers.redis, name: org, log: log),
            ], log: log)
    }
}

/// Makes the first organization as soon as Redis answers, then waits for the end.
private struct FirstOrganization: Service {
    let redis: RedisAddress
    let name: String
    let log: Logger

    func run() async throws {
        var isMade = false
        while !isMade, !Task.isShuttingDownGracefully {
            do {
                let connection = try RedisConnection(redis)
                defer { connection.close() }
                if try RegistryWriter(connection, author: "up").create(name) { log.info("made organization \(name)") }
                isMade = true
            } catch let error as RedisError where error.isAway {
                // The worker tells that Redis is away.
                try await Task.sleep(for: .seconds(1))
            }
        }
        try? await gracefulShutdown()
    }
}
