import Contract
import Embedded
import Foundation
import Rabbit
import TestKit
import Testing

/// The commands in the contract's README by which an operator gives rights.
@Suite("Access rights of the contract", .onOwnThreads)
struct AccessRightsTests {
    /// Does what the README's `rabbitmqctl` commands do, which reach no broker that is registered nowhere.
    private func giveRights(on broker: EmbeddedRabbit) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../config/contract/README.md").standardizedFileURL
        let readme = try String(contentsOf: file, encoding: .utf8)
        for line in readme.matches(of: /set_permissions -p \/ (\S+) '(.*)' '(.*)' '(.*)'/).map(\.output) {
            try broker.setUser("\(line.1)", configure: "\(line.2)", write: "\(line.3)", read: "\(line.4)")
        }
        let topics = readme.matches(of: /set_topic_permissions -p \/ (\S+) (\S+) '(.*)' '(.*)'/).map(\.output)
        try #require(topics.count == 5)
        for line in topics {
            try broker.setTopicRights("\(line.1)", on: "\(line.2)", write: "\(line.3)", read: "\(line.4)")
        }
    }

    /// Whether the broker allows something to a user; what it forbids ends the channel.
    private func allows(
        _ user: String, on stage: Stage, _ work: (RabbitConnection, UInt16) throws -> Void
    ) throws -> Bool {
        let connection = try RabbitConnection(RabbitAddress(stage.broker, user: user), name: "test")
        defer { connection.close() }
        let channel = try connection.openChannel()
        do {
            try work(connection, channel)
            // An answer shows that the channel is still open.
            _ = try connection.declareQueue(Names.created.name, on: channel, passive: true)
            return true
        } catch let error as RabbitError {
            guard case .refused(_, 403, _, _) = error else { throw error }
            return false
        }
    }

    @Test(
        "a connector can publish its organization's events and hear of refusals alone, a consumer read results, totals and refusals"
    )
    func rights() throws {
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers, org: "acme")
        try giveRights(on: servers.broker)
        func publishes(_ key: String, to exchange: String = Names.records.name) throws -> Bool {
            try allows("acme-connector", on: stage) { connection, channel in
                let event = TestEvent.created("L1").body("acme")
                try connection.publish(event, to: exchange, routingKey: key, on: channel, properties: Properties())
            }
        }
        #expect(try publishes("acme.lead.created"))
        #expect(try !publishes("other.lead.created"))
        #expect(try !publishes(Names.created.name, to: ""))
        #expect(try !publishes("acme.lead.poison", to: Names.refusals.name))
        #expect(try !publishes("acme.lead.A.none.unknown", to: Names.scores.name))
        #expect(try stage.drain(Names.created, count: 1).count == 1)
        #expect(
            try !allows("acme-connector", on: stage) { _ = try $0.get(Names.rejected.name, on: $1) })

        func binds(
            _ key: String, to exchange: String = Names.scores.name, queue: String = "acme.crm",
            as user: String = "acme-consumer"
        ) throws -> Bool {
            try allows(user, on: stage) { connection, channel in
                _ = try connection.declareQueue(queue, on: channel, arguments: ["x-queue-type": .text("quorum")])
                try connection.bind(queue: queue, to: exchange, key: key, on: channel)
                _ = try connection.get(queue, on: channel)
            }
        }
        #expect(try binds("acme.#") && binds("acme.lead.A.#") && binds("acme.#", to: Names.usage.name))
        #expect(try binds("acme.#", to: Names.refusals.name))
        #expect(try binds("acme.#", to: Names.refusals.name, as: "acme-connector"))
        #expect(try !binds("other.#", to: Names.refusals.name, as: "acme-connector"))
        #expect(try !binds("acme.#", as: "acme-connector"))
        for key in ["#", "*.lead.#", "other.#", "_.#"] {
            #expect(try !binds(key) && !binds(key, to: Names.refusals.name), "\(key)")
        }
        #expect(try !binds("acme.#", to: Names.records.name) && !binds("acme.#", queue: "crm"))
        #expect(try !allows("acme-consumer", on: stage) { _ = try $0.get(Names.scoresLog.name, on: $1) })
    }
}
