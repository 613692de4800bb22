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

    @ArgumentParser.Argument(help: "A file with an event or a batch of events, or - for standard input.") var event:
        String?
    @Option(help: "The routing key that it is to be published with; by default the one it says itself.") var key:
        String?

    func run() throws {
        if let event { try check(event: event) } else { try checkServers() }
    }

    private func checkServers() throws {
        var failures: [Failure] = []
        func step(_ what: String, _ work: () throws -> String) {
            do {
                print("ok    \(what): \(try work())")
            } catch {
                let failure = error as? Failure ?? Failure(known: error) ?? Failure(.fault, "\(error)")
                print("FAIL  \(what): \(failure.message)")
                failures.append(failure)
            }
        }
        var servers: Servers?
        step("settings") {
            servers = try Servers.read()
            return "read"
        }
        if let servers {
            step("Redis") {
                let redis = try RedisConnection(servers.redis)
                defer { redis.close() }
                let organizations = try Registry(redis, author: "").organizations()
                return "\(servers.redis), \(organizations.count) organization\(organizations.count == 1 ? "" : "s")"
            }
            step("RabbitMQ") {
                let connection = try RabbitConnection(servers.broker, name: "leadline check")
                defer { connection.close() }
                step("topology") {
                    do {
                        try Topology.prove(on: connection)
                    } catch let error as RabbitError where error.code == 404 {
                        throw Failure(.away, "\(error); a worker or `leadline up` declares what is missing")
                    }
                    return "all queues are there and have a leader"
                }
                return "\(servers.broker)"
            }
        }
        if let first = failures.first { throw ExitCode(first.code.rawValue) }
    }

    private func check(event path: String) throws {
        let data: Data
        if path == "-" {
            data = FileHandle.standardInput.readDataToEndOfFile()
        } else {
            guard let read = FileManager.default.contents(atPath: path) else {
                throw Failure(.data, "\(path) cannot be read")
            }
            data = read
        }
        let check = EventCheck(Array(data), routingKey: key)
        for line in check.lines { print(line) }
        if !check.isAccepted { throw ExitCode(Failure.Code.data.rawValue) }
    }
}
