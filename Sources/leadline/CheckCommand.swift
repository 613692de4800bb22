import ArgumentParser
import Contract
import Fleet
import Foundation
import LeadModel
import Rabbit
import Redis
import Registry

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks settings, broker, Redis and topology; or an event.",
        discussion: """
            With a file: would this event, or batch of events, be accepted? It needs no servers. Whether there is such an \
            organization only a worker knows.
            """)

    @ArgumentParser.Argument(help: "A file with an event or a batch of events, or - for standard input.")
    var event: String?
    @Option(
        help: ArgumentHelp(
            "The routing key that it is to be published with; by default the one it says itself.", valueName: "key"))
    var key: String?

    func validate() throws {
        if key != nil, event == nil { throw ValidationError("--key is for an event: name its file") }
    }

    func run() throws {
        if let event { try check(event: event) } else { try checkServers() }
    }

    /// Goes on after a failure, so that all that is wrong is seen at once. The first decides the exit code.
    private func checkServers() throws {
        var failures: [Failure] = []
        func step<Answer>(_ what: String, _ work: () throws -> (Answer, String)) -> Answer? {
            do {
                let (answer, words) = try work()
                print("ok    \(what): \(words)")
                return answer
            } catch {
                let failure = Failure(known: error) ?? Failure(.fault, "\(error)")
                let words = failure.message
                printError("FAIL  " + (words.hasPrefix(what) ? words : "\(what): \(words)"))
                failures.append(failure)
                return nil
            }
        }
        if let servers = step("settings", { (try Servers.read(), "read") }) {
            _ = step("Redis") {
                let redis = try RedisConnection(servers.redis)
                defer { redis.close() }
                let count = try Registry(redis, author: "").organizations().count
                return ((), "\(servers.redis), \(count) organization\(count == 1 ? "" : "s")")
            }
            let connected = step("RabbitMQ") {
                (try RabbitConnection(servers.broker, name: "leadline check"), "\(servers.broker)")
            }
            if let connection = connected {
                defer { connection.close() }
                _ = step("topology") {
                    try Topology.prove(on: connection)
                    return ((), "all queues are there and have a leader")
                }
            }
        }
        if let first = failures.first { throw ExitCode(first.code.rawValue) }
    }

    private func check(event path: String) throws {
        let check = EventCheck(Array(try InputFile.read(path)), routingKey: key)
        for line in check.lines {
            if line.isGood { print(line.text) } else { printError(line.text) }
        }
        if !check.lines.allSatisfy(\.isGood) { throw ExitCode(Failure.Code.data.rawValue) }
    }
}
