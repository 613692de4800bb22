import ArgumentParser
import Contract
import Embedded
import Fleet
import Foundation
import Logging
import Rabbit
import Redis
import Registry
import ServiceLifecycle

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Runs everything on this machine.",
        discussion: """
            Where the settings name no broker and no Redis, it brings private ones, which listen on this machine alone, \
            keep their data under .leadline/ and end with it. Other commands in the same folder find them by themselves.
            """)

    @OptionGroup var flags: WorkerFlags
    @Option(help: "An organization to make if it is not there.") var org = "default"

    func run() async throws {
        guard Contract.Organization.isValid(org) else {
            throw ValidationError("--org: a name has 1 to 40 of a–z, 0–9 and -")
        }
        let settings = try Settings.read()
        let log = Logger.service(flags.logFormat ?? settings.logFormat)
        let home = Home()
        let embedded = try EmbeddedServers(settings, home: home, log: log)
        defer { embedded.stop() }
        let servers = embedded.servers
        var services: [any Service] = [Worker(flags.options(settings, servers), log: log)]
        services.append(FirstOrganization(redis: servers.redis, name: org, log: log))
        try await Services.run(services, log: log)
    }
}

/// The servers of `up`: those that the settings name, and private ones for what they do not.
private struct EmbeddedServers {
    let servers: Servers
    private let supervisor: Supervisor?
    private let home: Home

    init(_ settings: Settings, home: Home, log: Logger) throws {
        self.home = home
        guard settings.broker == nil || settings.redis == nil else {
            (servers, supervisor) = (try Servers(settings), nil)
            return
        }
        if home.endpoints() != nil {
            throw Failure(.usage, "a `leadline up` runs in \(home.folder) already")
        }
        var own: [any EmbeddedServer] = []
        let folder = URL(fileURLWithPath: home.folder).path
        let rabbit = settings.broker == nil ? EmbeddedRabbit(folder: folder + "/rabbitmq") : nil
        let redis = settings.redis == nil ? EmbeddedRedis(folder: folder + "/redis") : nil
        if let rabbit { own.append(rabbit) }
        if let redis { own.append(redis) }
        log.info("starting a private \(own.map(\.name).joined(separator: " and ")) in \(home.folder)")
        let supervisor = Supervisor(own) { event in log.warning("\(event)") }
        try supervisor.start()
        self.supervisor = supervisor
        var named = settings
        if let rabbit { named.broker = try RabbitAddress(rabbit.url) }
        if let redis { named.redis = try RedisAddress(redis.url) }
        servers = try Servers(named)
        try home.write(broker: rabbit?.url ?? "", redis: redis?.url ?? "")
        log.info("RabbitMQ at \(servers.broker), Redis at \(servers.redis)")
    }

    func stop() {
        guard let supervisor else { return }
        home.removeEndpoints()
        supervisor.stop()
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
                if try Registry(connection, author: "up").create(name) { log.info("made organization \(name)") }
                isMade = true
            } catch let error as RedisError where error.isAway {
                // The worker tells that Redis is away.
                try await Task.sleep(for: .seconds(1))
            }
        }
        try? await gracefulShutdown()
    }
}
