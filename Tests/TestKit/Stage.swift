import Contract
import Fleet
import Foundation
import LeadModel
import Rabbit
import Redis
import Registry

/// What a test of the fleet plays on: a broker's virtual host, a Redis, and an organization of its own.
///
/// It publishes as a connector does, and hears all results as a consumer does. One thread uses it.
public final class Stage {
    public let broker: RabbitAddress
    public let redis: RedisAddress
    public let org: String
    private var connection: RabbitConnection
    private var publisher: Publisher
    private var hearing: UInt16
    private static let heard = "test.heard"

    /// Tells this stage's ids from those of others of the same organization.
    public let run = TestServers.org()

    /// On the shared servers, for an organization of its own unless one is named.
    public convenience init(org: String = TestServers.org(), partitions: Int = 16, limit: Int? = 1500) throws {
        try self.init(
            org: org, broker: TestServers.virtualHost(), redis: TestServers.redisDatabase(), partitions: partitions,
            limit: limit)
    }

    /// On a Redis of the test's own and the shared broker, which is there already.
    public convenience init(redisOf servers: PrivateServers, partitions: Int = 16) throws {
        try self.init(
            org: TestServers.org(), broker: TestServers.virtualHost(), redis: servers.redis.url,
            partitions: partitions, limit: 1500)
    }

    /// On servers of the test's own.
    public convenience init(_ servers: PrivateServers, org: String = TestServers.org()) throws {
        try self.init(
            org: org, broker: servers.broker.url, redis: servers.redis.url, partitions: 16, limit: 1500)
    }

    private init(org: String, broker: String, redis: String, partitions: Int, limit: Int?) throws {
        self.broker = try RabbitAddress(broker)
        self.redis = try RedisAddress(redis)
        self.org = org
        connection = try RabbitConnection(self.broker, name: "test")
        hearing = try connection.openChannel()
        // Before the topology is proved, so that queue and binding age with it: a broker that is killed forgets both if they
        // are young.
        try Topology.declare(on: connection)
        try connection.declareQueue(Self.heard, on: hearing, arguments: ["x-queue-type": .text("quorum")])
        try connection.bind(queue: Self.heard, to: Names.scores.name, key: "#", on: hearing)
        try Topology.establish(on: connection)
        publisher = try Publisher(self.broker, name: "test")
        var settings = OrganizationSettings()
        (settings.partitions, settings.limit) = (partitions, limit)
        _ = try withRegistry { try $0.create(org, settings) }
    }

    /// Connects anew, as after the broker was killed.
    public func reconnect() throws {
        connection = try RabbitConnection(broker, name: "test")
        (publisher, hearing) = (try Publisher(broker, name: "test"), try connection.openChannel())
    }

    public func withRegistry<T>(_ work: (RegistryWriter) throws -> T) throws -> T {
        let connection = try RedisConnection(redis)
        defer { connection.close() }
        return try work(RegistryWriter(connection, author: "test"))
    }

    /// Changes the organization's settings, as `leadline org set` does.
    public func set(_ change: (inout OrganizationSettings) -> Void) throws {
        try withRegistry { [org] registry in
            let former = try registry.requiredSettings(of: org)
            var settings = former
            change(&settings)
            try registry.set(settings, from: former, of: org, detail: "test")
        }
    }

    /// Publishes a scorecard as a new version of a model.
    ///
    /// - Parameter organization: nil is the stage's own.
    @discardableResult
    public func publish(
        _ card: Scorecard, as name: String = "test", of organization: String? = nil
    ) throws -> ModelVersion {
        try withRegistry { [org = organization ?? org] registry in
            let version = try registry.add(card.artifact(), as: name, organization: org, entity: card.entity)
            return try registry.publish(name, version: version.version, organization: org, entity: card.entity)
        }
    }

    /// Creates another organization on the same servers, with the model of `Scorecard.byHand`.
    public func addOrganization(_ name: String, partitions: Int = 16) throws {
        var settings = OrganizationSettings()
        settings.partitions = partitions
        _ = try withRegistry { [settings] in try $0.create(name, settings) }
        try publish(.byHand(), of: name)
    }

    // MARK: As a connector

    /// Publishes bodies to `leadline.records` and waits until all are confirmed.
    public func publish(
        _ bodies: [(key: String, body: [UInt8])], contentType: String? = Names.ContentType.event,
        contentEncoding: String? = nil
    ) throws {
        var properties = Properties(contentType: contentType)
        properties.contentEncoding = contentEncoding
        for (key, body) in bodies {
            try publisher.publish(body, to: Names.records.name, routingKey: key, properties: properties)
        }
        let problems = try publisher.awaitConfirms(timeout: .seconds(60))
        precondition(problems?.isEmpty ?? false, "the broker refused events")
    }

    public func publish(_ events: [TestEvent]) throws {
        try publish(events.map { ("\(org).\($0.kind.rawValue).\($0.verb)", $0.body(org)) })
    }

    // MARK: As a consumer

    /// All results that were published since the last call, until `count` records were heard of or the time is up.
    public func results(ofRecords count: Int, within time: Duration = .seconds(60)) throws -> [TestResult] {
        var (results, records): ([TestResult], Set<String>) = ([], [])
        let end = ContinuousClock.now + time
        while records.count < count, ContinuousClock.now < end {
            guard let result = try nextResult() else {
                Thread.sleep(forTimeInterval: 0.02)
                continue
            }
            results.append(result)
            records.insert(result.subject)
        }
        return results
    }

    /// Results that are there now, or come within the time without a pause as long.
    public func restOfResults(quietFor time: Duration = .milliseconds(700)) throws -> [TestResult] {
        var results: [TestResult] = []
        var last = ContinuousClock.now
        while ContinuousClock.now - last < time {
            if let result = try nextResult() {
                results.append(result)
                last = .now
            } else {
                Thread.sleep(forTimeInterval: 0.02)
            }
        }
        return results
    }

    /// Publishes a new lead, and waits for its result. If one lane does all the work, whatever was stored before has been
    /// published by then.
    ///
    /// - Returns: the results of other records that came before it.
    public func results(beforeThatOf id: String) throws -> [TestResult] {
        try publish([.created(id, ["source": "web"])])
        var results: [TestResult] = []
        _ = try eventually(within: .seconds(60)) {
            while let result = try nextResult() {
                if result.subject == id { return true }
                results.append(result)
            }
            return false
        }
        return results
    }

    private func nextResult() throws -> TestResult? {
        guard let delivery = try connection.get(Self.heard, on: hearing) else { return nil }
        try connection.ack(delivery.tag, on: hearing)
        return try TestResult(delivery)
    }

    // MARK: As an operator

    /// Takes all that is in a queue now.
    public func drain(_ queue: Names.Queue) throws -> [ReceivedMessage] {
        var deliveries: [ReceivedMessage] = []
        while let delivery = try connection.get(queue.name, on: hearing) {
            try connection.ack(delivery.tag, on: hearing)
            deliveries.append(delivery)
        }
        return deliveries
    }

    /// Waits until so many messages were taken from a queue.
    public func drain(_ queue: Names.Queue, count: Int, within time: Duration = .seconds(30)) throws
        -> [ReceivedMessage]
    {
        var deliveries: [ReceivedMessage] = []
        let end = ContinuousClock.now + time
        while deliveries.count < count, ContinuousClock.now < end {
            deliveries += try drain(queue)
            Thread.sleep(forTimeInterval: 0.02)
        }
        return deliveries
    }

    /// The stored state of records.
    public func records(_ ids: [String], kind: RecordKind = .lead) throws -> [Record] {
        let connection = try RedisConnection(redis)
        defer { connection.close() }
        let count = try RegistryReader(connection).settings(of: org)?.partitions ?? 1
        return try RecordStore(connection).load(
            ids.map {
                .init(
                    partition: Partition(of: Exact($0), kind: kind, organization: org, count: count), id: Exact($0))
            }
        ).records
    }

    public func record(_ id: String) throws -> Record { try records([id])[0] }

    /// What was counted this month.
    public func usage(_ entity: Entity = .lead) throws -> UsageCount {
        try withRegistry { registry in
            let settings = try registry.settings(of: org) ?? .init()
            return try registry.usage(of: org, entities: [entity], settings: settings).present.count
        }
    }

    /// Waits until something holds; false if it never does.
    public func eventually(within time: Duration = .seconds(30), _ holds: () throws -> Bool) throws -> Bool {
        try TestKit.eventually(within: time, holds)
    }

    /// The broker's connection, for what a test does with queues of its own.
    public func withChannel<T>(_ work: (RabbitConnection, UInt16) throws -> T) throws -> T {
        try work(connection, hearing)
    }
}

extension Stage {
    public func withRedis<T>(_ work: (RedisConnection) throws -> T) throws -> T {
        let connection = try RedisConnection(redis)
        defer { connection.close() }
        return try work(connection)
    }

    /// Takes what is in a queue by a consumer: one with a single active consumer gives nothing to others.
    public func consume(_ queue: Names.Queue, quietFor time: Duration = .seconds(1)) throws -> [ReceivedMessage] {
        let connection = try RabbitConnection(broker, name: "test")
        defer { connection.close() }
        let channel = try connection.openChannel()
        try connection.consume(queue.name, on: channel)
        var deliveries: [ReceivedMessage] = []
        while let incoming = try connection.receive(timeout: time) {
            guard case .delivery(let delivery) = incoming else { continue }
            try connection.ack(delivery.tag, on: channel)
            deliveries.append(delivery)
        }
        return deliveries
    }

    /// Publishes under a routing key that may be no text, through a client that does not mind.
    public func publishRaw(_ body: [UInt8], keyBytes: [UInt8]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        let script = """
            import os, pika
            channel = pika.BlockingConnection(pika.URLParameters(os.environ["LEADLINE_BROKER_URL"])).channel()
            pika.data.encode_short_string = lambda pieces, value: (
                pieces.append(bytes([len(value)]) + (value if isinstance(value, bytes) else value.encode())) or 1 + len(value))
            import pika.spec
            method = pika.spec.Basic.Publish(exchange="leadline.records", routing_key="")
            method.encode = lambda: [b"\\x00\\x00", bytes([len("leadline.records")]), b"leadline.records",
                                     bytes([len(key)]), key, b"\\x00"]
            key = bytes.fromhex("\(keyBytes.map { String($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())")
            body = bytes.fromhex("\(body.map { String($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())")
            channel._impl._send_method(method, (pika.BasicProperties(delivery_mode=2), body))
            channel.connection.close()
            """
        process.arguments = ["-c", script]
        process.environment = ["PATH": "/usr/bin:/bin"].merging(LeadlineProcess.servers(self)) { $1 }
        try process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0, "the raw message was not published")
    }

    /// Publishes an event as work that may have been done before.
    public func publishAgain(_ event: TestEvent) throws {
        try withChannel { connection, channel in
            try connection.publish(
                event.body(org), to: Names.again.name, routingKey: "\(org).\(event.kind.rawValue).\(event.verb)",
                on: channel, properties: Properties(contentType: Names.ContentType.event))
        }
    }
}
