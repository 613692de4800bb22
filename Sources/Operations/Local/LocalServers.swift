import Embedded
import Foundation
import Rabbit
import Redis
import Running

/// The servers of a `leadline up`: those of the settings, and private ones in place of missing ones.
///
/// However this process ends, its private servers end too; their data stays in the folder for the next `up`.
public struct LocalServers {
    public enum Event: Sendable {
        /// Takes about 5 seconds with RabbitMQ.
        case starting(String)
        case started(String)
        /// It is being restarted.
        case ended(String, status: String)
        /// It did not start; another attempt follows.
        case failed(String, error: String)
        case stopping(String)
    }

    public let broker: RabbitAddress
    public let redis: RedisAddress
    private let home: LocalHome
    /// nil if both servers are given.
    private let supervisor: Supervisor?
    private let names: String
    /// Locks the folder while this process has its servers there.
    private let lock: FileLock?
    private let report: @Sendable (Event) -> Void

    /// Starts private servers in place of those that are nil, and returns when they answer. An address with a password of
    /// this folder is nil too: `leadline env` printed it for an earlier `up`.
    ///
    /// - Throws: `LocalHomeError`; `FileLock.Unwritable`; `EmbeddedError`.
    public init(
        broker: RabbitAddress?, redis: RedisAddress?, home: LocalHome, report: @escaping @Sendable (Event) -> Void
    ) throws {
        (self.home, self.report) = (home, report)
        let folder = URL(fileURLWithPath: home.folder).path
        let (rabbitHere, redisHere) = (
            EmbeddedRabbit(folder: folder + "/rabbitmq"), EmbeddedRedis(folder: folder + "/redis")
        )
        let broker = broker.flatMap { $0.password == rabbitHere.formerPassword ? nil : $0 }
        let redis = redis.flatMap { $0.password != nil && $0.password == redisHere.formerPassword ? nil : $0 }
        let own: [any EmbeddedServer] = (broker == nil ? [rabbitHere] : []) + (redis == nil ? [redisHere] : [])
        if let broker, let redis {
            (self.broker, self.redis) = (broker, redis)
            (supervisor, names, lock) = (nil, "", nil)
            return
        }
        lock = try home.claim()
        names = own.map(\.name).joined(separator: " and ")
        report(.starting(names))
        let supervisor = Supervisor(own) { event in
            switch event {
            case .started(let name): report(.started(name))
            case .died(let name, let status): report(.ended(name, status: "\(status)"))
            case .failed(let name, let error): report(.failed(name, error: "\(error)"))
            }
        }
        try supervisor.start()
        self.supervisor = supervisor
        self.broker = try broker ?? RabbitAddress(rabbitHere.url)
        self.redis = try redis ?? RedisAddress(redisHere.url)
        if broker == nil { BrokerStart.awaitStreams(at: self.broker) }
        try home.write(
            LocalHome.Endpoints(
                broker: broker == nil ? rabbitHere.url : nil, redis: redis == nil ? redisHere.url : nil))
    }

    /// Ends the private servers.
    public func stop() {
        guard let supervisor else { return }
        report(.stopping(names))
        home.removeEndpoints()
        supervisor.stop()
    }
}
