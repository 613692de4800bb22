import ArgumentParser
import Rabbit
import Redis
import Registry

struct RepublishCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "republish", abstract: "Sends every current result again, each under its id.",
        discussion: """
            For a consumer that begins late or lost what it had: the current scoring and the latest notice of every record \
            that was ever shown, closed and deleted ones too. Nothing is scored or counted. With --to it goes to one queue \
            alone. The workers do it: Ctrl-C ends the waiting alone.
            """)

    @OptionGroup var target: SweepTarget
    @Option(help: ArgumentHelp("The one queue that gets them; by default all consumers.", valueName: "queue"))
    var to: String?

    func validate() throws {
        guard let to else { return }
        let isPlain = !to.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard (1...255).contains(to.utf8.count), isPlain, to != "*" else {
            throw ValidationError("--to must be the name of a queue")
        }
    }

    func run() throws {
        let servers = try Servers.read()
        let redis = try RedisConnection(servers.redis)
        defer { redis.close() }
        _ = try RegistryReader(redis).requiredSettings(of: target.org)
        if let to { try needQueue(to, servers.broker) }
        try target.ask(.republish(to: to), "republication", of: target.entities, redis)
    }

    /// Before anything is asked: workers would find out too late for anyone to hear of it.
    private func needQueue(_ queue: String, _ broker: RabbitAddress) throws {
        let connection = try RabbitConnection(broker, name: "leadline republish")
        defer { connection.close() }
        do {
            _ = try connection.declareQueue(queue, on: try connection.openChannel(), passive: true)
        } catch {
            guard error.code == 404 else { throw error }
            throw Failure(
                .data,
                "there is no queue \(queue.printable) at \(broker): make it first, or mend the name. Nothing is sent")
        }
    }
}
