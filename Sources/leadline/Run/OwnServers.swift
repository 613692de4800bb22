import Embedded
import Foundation
import Logging
import Operations
import Rabbit
import Redis
import Running

/// The servers of `up`: those that the settings name, and private ones for the rest.
///
/// However this process ends, its private servers end too; their data stays for the next `up` in the folder.
struct OwnServers {
    let servers: Servers
    /// nil if the settings name both servers.
    private let supervisor: Supervisor?
    private let names: String
    private let home = Home()
    /// On the folder, while this process has its servers there.
    private let lock: FileLock?
    private let log: Logger

    /// Starts the private servers, and returns when they answer: after about 5 seconds.
    init(_ settings: Settings, log: Logger) throws {
        self.log = log
        guard settings.broker == nil || settings.redis == nil else {
            (servers, supervisor, names, lock) = (try Servers(settings), nil, "", nil)
            return
        }
        lock = try home.take()
        let folder = URL(fileURLWithPath: home.folder).path
        let rabbit = settings.broker == nil ? EmbeddedRabbit(folder: folder + "/rabbitmq") : nil
        let redis = settings.redis == nil ? EmbeddedRedis(folder: folder + "/redis") : nil
        var own: [any EmbeddedServer] = []
        if let rabbit { own.append(rabbit) }
        if let redis { own.append(redis) }
        names = own.map(\.name).joined(separator: " and ")
        log.info(
            "starting a private \(names) in \(home.folder)\(rabbit == nil ? "" : ", which takes some seconds")")
        supervisor = Supervisor(own) { Self.report($0, log) }
        try supervisor?.start()
        var all = settings
        if let rabbit { all.broker = try RabbitAddress(rabbit.url) }
        if let redis { all.redis = try RedisAddress(redis.url) }
        servers = try Servers(all)
        if rabbit != nil { BrokerStart.awaitStreams(at: servers.broker) }
        try home.write(Home.Endpoints(broker: rabbit?.url, redis: redis?.url))
        // A private broker's user and password are no secret, and a connector needs them.
        log.info("RabbitMQ at \(rabbit?.url ?? "\(servers.broker)"), Redis at \(servers.redis); Ctrl-C ends")
    }

    func stop() {
        guard let supervisor else { return }
        log.info("ending \(names)")
        home.removeEndpoints()
        supervisor.stop()
    }

    private static func report(_ event: Supervisor.Event, _ log: Logger) {
        switch event {
        case .started(let name): log.info("\(name) is running")
        case .died(let name, let status): log.warning("\(name) ended (\(status)), starting it again")
        case .failed(let name, let error): log.error("\(name) did not start, trying again: \(error)")
        }
    }
}
