import Contract
import Embedded
import Fleet
import Foundation
import LeadModel
import Rabbit
import Redis
import Registry

/// What all contenders of one way of fsync run on: one private RabbitMQ, one private Redis, an organization with a
/// published model, and the queue of a consumer that hears all results.
final class Ground {
    static let celeryQueue = "bench.celery"
    static let results = "bench.results"
    static let organization = "bench"
    static let partitions = 16
    /// Of the dictionary of names that contenders in Python write under.
    private static let incarnation = "bench"

    let folder: String
    let redisFsync: String
    let broker: EmbeddedRabbit
    let redis: EmbeddedRedis
    let brokerAddress: RabbitAddress
    let redisAddress: RedisAddress
    private(set) var sample = Sample()
    let leads: BenchLeads
    let connection: RabbitConnection
    let channel: UInt16
    let store: RedisConnection
    private var runs = 0

    /// What a worker stores and publishes, for contenders that only carry as much.
    struct Sample {
        var bodyFile = ""
        var bodySize = 0
        var blobSize = 0
        var eventSize = 0
        var routingKey = ""
    }

    init(folder: String, fsync: EmbeddedRedis.Fsync, leads: BenchLeads) throws {
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        (self.folder, self.leads, redisFsync) = (folder, leads, fsync.rawValue)
        broker = EmbeddedRabbit(folder: folder + "/rabbit")
        redis = EmbeddedRedis(folder: folder + "/redis", fsync: fsync)
        do {
            try redis.start()
            try broker.start()
            (brokerAddress, redisAddress) = (try RabbitAddress(broker.url), try RedisAddress(redis.url))
            // Without heartbeats, since it is idle while it waits for contenders.
            connection = try RabbitConnection(brokerAddress, name: "bench", heartbeat: 0, timeout: .seconds(60))
            channel = try connection.openChannel()
            store = try RedisConnection(redisAddress, timeout: .seconds(60))
            let quorum = ["x-queue-type": Argument.text("quorum")]
            try connection.declareQueue(Self.results, on: channel, arguments: quorum)
            try connection.declareQueue(Self.celeryQueue, on: channel, arguments: quorum)
            try Topology.establish(on: connection)
            try connection.bind(queue: Self.results, to: Names.scores.name, key: "#", on: channel)
            try setUpRegistry()
        } catch {
            Self.end(broker, redis, folder)
            throw error
        }
    }

    func stop() {
        connection.close()
        store.close()
        Self.end(broker, redis, folder)
    }

    private static func end(_ broker: EmbeddedRabbit, _ redis: EmbeddedRedis, _ folder: String) {
        for server in [broker, redis] as [any EmbeddedServer] {
            server.kill()
            server.stop()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func setUpRegistry() throws {
        let registry = RegistryWriter(store, author: "bench")
        var settings = OrganizationSettings()
        (settings.partitions, settings.limit) = (Self.partitions, nil)
        _ = try registry.create(Self.organization, settings)
        _ = try registry.add(leads.scorecard.artifact(), as: "bench", organization: Self.organization, entity: .lead)
        try registry.publish("bench", version: nil, organization: Self.organization, entity: .lead)
        for scope in try BenchLeads.unmetScopes() {
            var card = leads.scorecard
            card.scope = scope.scope
            _ = try registry.add(card.artifact(), as: scope.name, organization: Self.organization, entity: .lead)
        }
    }

    /// Publishes ten models, or the one alone.
    private func publish(ten: Bool) throws {
        let registry = RegistryWriter(store, author: "bench")
        func published() throws -> Int {
            try registry.lineUp(organization: Self.organization, entity: .lead).entries.count
        }
        if ten {
            for scope in try BenchLeads.unmetScopes() {
                try registry.publish(scope.name, version: nil, organization: Self.organization, entity: .lead)
            }
        } else {
            while try published() > 1 { _ = try registry.rollback(organization: Self.organization, entity: .lead) }
        }
    }

    // MARK: What contenders are told

    var pythonEnvironment: [String: String] {
        [
            "BENCH_BROKER_URL": broker.url, "BENCH_REDIS_URL": redis.url, "BENCH_EXCHANGE": Names.scores.name,
            "BENCH_ROUTING_KEY": sample.routingKey, "BENCH_RESULT": sample.bodyFile,
            "BENCH_BLOB_SIZE": "\(sample.blobSize)", "BENCH_SCRIPT": folder + "/commit.lua",
            "BENCH_PARTITION": Self.pattern, "BENCH_PARTITIONS": "\(Self.partitions)",
            "BENCH_INCARNATION": Self.incarnation, "PYTHONDONTWRITEBYTECODE": "1",
        ]
    }

    /// What the keys of a partition begin with.
    private static var pattern: String {
        let first = Partition(organization: organization, kind: .lead, number: 0).records
        return first.replacing("00}", with: "%02d}").replacing(":records", with: "")
    }

    // MARK: Between runs

    /// Empties queues and records, so that each run finds what the first one found.
    func clear(for contender: Contender) throws {
        try publish(ten: contender == .workerTenModels)
        for queue in Names.queues where queue.kind == .quorum { try connection.purge(queue.name, on: channel) }
        for queue in [Self.celeryQueue, Self.results] { try connection.purge(queue, on: channel) }
        for number in 0..<Self.partitions {
            let partition = Partition(organization: Self.organization, kind: .lead, number: number)
            try store.call("DEL", partition.records, partition.names, partition.dirty, partition.usage)
            // It notes the length of the dictionary that is gone now.
            try store.call("HDEL", partition.sweep, "names")
            if contender.isPython { try store.call("RPUSH", partition.names, Self.incarnation) }
        }
        // Now, so that Redis does not come to it in the midst of a run.
        try store.call("BGREWRITEAOF")
        try wait(atMost: .seconds(60), for: "Redis to rewrite its file") {
            (try store.call("INFO", "persistence").text ?? "").contains("aof_rewrite_in_progress:0")
        }
    }

    /// Puts leads that nobody knows yet into a contender's queue.
    ///
    /// - Returns: what their ids begin with.
    @discardableResult
    func fill(_ count: Int, for contender: Contender) throws -> String {
        let run = newRun()
        let publisher = try Publisher(brokerAddress, name: "bench, filling")
        defer { publisher.close() }
        for number in 0..<count {
            try publish(number, of: run, for: contender, on: publisher)
            if publisher.outstanding >= 1000 {
                try confirm(publisher, through: publisher.last - 500)
            }
        }
        try confirm(publisher, through: publisher.last)
        return run
    }

    func newRun() -> String {
        runs += 1
        return "L\(runs)"
    }

    private func confirm(_ publisher: Publisher, through sequence: UInt64) throws {
        let problems = try publisher.awaitConfirms(through: sequence, timeout: .seconds(60))
        guard problems?.isEmpty ?? false else { throw BenchError("the broker refused leads of the bench") }
    }

    func publish(_ number: Int, of run: String, for contender: Contender, on publisher: Publisher) throws {
        let id = "\(run)-\(number)"
        let event = leads.event(number, id: id, organization: Self.organization)
        guard contender == .celery else {
            try publisher.publish(
                event, to: Names.records.name, routingKey: "\(Self.organization).lead.created",
                properties: Properties(contentType: Names.ContentType.event, messageID: id), mandatory: true)
            return
        }
        // Celery's message, protocol 2: arguments, named arguments, and what is to follow.
        let text = String(decoding: event, as: UTF8.self).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        let body = #"[["\#(text)"], {}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]"#
        var properties = Properties(contentType: Names.ContentType.json, messageID: id)
        (properties.contentEncoding, properties.correlationID) = ("utf-8", id)
        properties.headers = ["lang": .text("py"), "task": .text("bench.job"), "id": .text(id), "root_id": .text(id)]
        try publisher.publish(
            Array(body.utf8), to: "", routingKey: Self.celeryQueue, properties: properties, mandatory: true)
    }

    // MARK: A consumer that refuses

    private static let full = "bench.full"

    /// A further consumer's queue that is full and refuses what is published to it.
    func addFullQueue() throws {
        try connection.declareQueue(
            Self.full, on: channel,
            arguments: [
                "x-queue-type": .text("quorum"), "x-max-length": .integer(1), "x-overflow": .text("reject-publish"),
            ])
        try connection.bind(queue: Self.full, to: Names.scores.name, key: "#", on: channel)
    }

    func removeFullQueue() throws { try connection.deleteQueue(Self.full, on: channel) }

    // MARK: What a worker makes

    /// Lets a worker score some leads, and notes how large what it stores and publishes is.
    func takeSample() throws {
        let count = 500
        try clear(for: .worker)
        let run = try fill(count, for: .worker)
        let worker = try Contender.worker.start(on: self, python: "")
        defer { worker.stop() }
        try wait(atMost: .seconds(60), for: "the worker's first results: \(worker.lastWords)") {
            try resultCount() >= count
        }
        var results: [ReceivedMessage] = []
        try listen(prefetch: 2000) { receive in
            while let delivery = try receive(.milliseconds(500)) { results.append(delivery) }
        }
        results.sort { $0.body.count < $1.body.count }
        let middle = results[results.count / 2]
        sample.bodyFile = folder + "/result.json"
        try Data(middle.body).write(to: URL(fileURLWithPath: sample.bodyFile))
        (sample.bodySize, sample.routingKey) = (middle.body.count, middle.routingKey)
        sample.eventSize = leads.event(0, id: "\(run)-0", organization: Self.organization).count
        var sizes: [Int] = []
        for number in 0..<count {
            let id = "\(run)-\(number)"
            let partition = Partition(
                of: Exact(id), kind: .lead, organization: Self.organization, count: Self.partitions)
            sizes.append(Int(try store.call("HSTRLEN", partition.records, id).int ?? 0))
        }
        sample.blobSize = sizes.reduce(0, +) / count
        guard sample.blobSize > 9 else { throw BenchError("the worker stored no records") }
        try Data(Script.commit.source.utf8).write(to: URL(fileURLWithPath: folder + "/commit.lua"))
    }

    func wait(atMost time: Duration, for what: @autoclosure () -> String, _ holds: () throws -> Bool) throws {
        let end = ContinuousClock.now + time
        while try !holds() {
            guard ContinuousClock.now < end else { throw BenchError("waited in vain for \(what())") }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
