import Contract
import Embedded
import Foundation
import Logging
import Rabbit
import Redis
import Running

/// The servers of `up`: those that the settings name, and private ones of its own for what they do not.
///
/// However this process ends, its private servers end too; their data stay for the next `up` in the folder.
struct OwnServers {
    let servers: Servers
    /// Nothing where the settings name both.
    private let supervisor: Supervisor?
    private let names: String
    private let home = Home()
    /// Of the folder, for as long as this process has its servers there.
    private let lock: FileLock?
    private let log: Logger

    /// Starts what is to be started, and returns when it answers: after about 5 seconds.
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
        supervisor = Supervisor(own) { Self.tell($0, log) }
        try supervisor?.start()
        var all = settings
        if let rabbit { all.broker = try RabbitAddress(rabbit.url) }
        if let redis { all.redis = try RedisAddress(redis.url) }
        servers = try Servers(all)
        if rabbit != nil { Self.awaitStream(servers.broker) }
        try home.write(Home.Endpoints(broker: rabbit?.url, redis: redis?.url))
        // With user and password where it is ours: they are no secret, and it is what a connector needs.
        log.info("RabbitMQ at \(rabbit?.url ?? "\(servers.broker)"), Redis at \(servers.redis); Ctrl-C ends")
    }

    func stop() {
        guard let supervisor else { return }
        log.info("ending \(names)")
        home.removeEndpoints()
        supervisor.stop()
    }

    /// A broker that just came back says for a second or two that its streams are down. To let that pass here spares the
    /// worker an outage that is none; whatever else is wrong it tells itself.
    private static func awaitStream(_ address: RabbitAddress) {
        for _ in 0..<50 {
            do {
                let connection = try RabbitConnection(address, name: "leadline up")
                defer { connection.close() }
                try connection.declareQueue(Names.scoresLog.name, on: connection.openChannel(), passive: true)
                return
            } catch {
                guard error.code == 404, "\(error)".contains("down or inaccessible") else { return }
            }
            Thread.sleep(forTimeInterval: 0.2)
        }
    }

    private static func tell(_ event: Supervisor.Event, _ log: Logger) {
        switch event {
        case .started(let name): log.info("\(name) runs")
        case .died(let name, let status): log.warning("\(name) has ended (\(status)); it is started again")
        case .failed(let name, let error): log.error("\(name) could not be started, which is tried further: \(error)")
        }
    }
}
