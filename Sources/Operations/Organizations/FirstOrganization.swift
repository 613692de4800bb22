import Logging
import Redis
import Registry
import ServiceLifecycle

/// Creates an organization as soon as Redis answers, then waits for the end of the process.
public struct FirstOrganization: Service {
    private let name: String
    private let redis: RedisAddress
    private let log: Logger

    public init(_ name: String, redis: RedisAddress, log: Logger) {
        (self.name, self.redis, self.log) = (name, redis, log)
    }

    public func run() async throws {
        var isDone = false
        while !isDone, !Task.isShuttingDownGracefully {
            do {
                let connection = try RedisConnection(redis)
                defer { connection.close() }
                if try RegistryWriter(connection, author: "up").create(name) {
                    log.info("created organization \(name)")
                }
                isDone = true
            } catch let error as RedisError where error.isAway {
                // The worker of the same process logs the outage; here it is enough to try again.
                try await Task.sleep(for: .seconds(1))
            }
        }
        try? await gracefulShutdown()
    }
}
