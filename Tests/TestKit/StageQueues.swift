import Contract
import Rabbit

// What a test does with queues: as a worker that sets something aside, and as a consumer with a bounded queue of its own.

extension Stage {
    /// Puts a message into the rejected queue as a worker does.
    public func putRejected(_ body: [UInt8], key: String, reason: String) throws {
        var properties = Properties(contentType: Names.ContentType.event)
        properties.headers = [
            Names.Header.reason: .text(reason), Names.Header.field: .text("body"), Names.Header.origin: .text(key),
        ]
        try put(body, to: Names.dead.name, key: key, properties)
    }

    /// Puts a result into the undelivered queue as a worker does.
    public func putUndelivered(_ result: TestResult) throws {
        var properties = Properties(contentType: Names.ContentType.event, messageID: result.id, type: result.type)
        properties.headers = [Names.Header.origin: .text(result.routingKey)]
        try put(result.body, to: "", key: Names.undelivered.name, properties)
    }

    private func put(_ body: [UInt8], to exchange: String, key: String, _ properties: Properties) throws {
        let publisher = try Publisher(broker, name: "test")
        defer { publisher.close() }
        try publisher.publish(body, to: exchange, routingKey: key, properties: properties, mandatory: true)
        let problems = try publisher.awaitConfirms(timeout: .seconds(30))
        precondition(problems?.isEmpty ?? false, "the broker refused what a test put there")
    }
}

extension Stage {
    /// The queue of a consumer that takes no more than `room` results, and makes the broker refuse the rest.
    public func bindFullQueue(_ name: String = "full", room: Int, key: String = "#") throws {
        try withChannel { connection, channel in
            try connection.declareQueue(
                name, on: channel,
                arguments: [
                    "x-queue-type": .text("classic"), "x-max-length": .integer(Int64(room)),
                    "x-overflow": .text("reject-publish"),
                ])
            try connection.bind(queue: name, to: Names.scores.name, key: key, on: channel)
        }
    }

    /// Takes all results that are in a consumer's queue now.
    public func drain(queue name: String) throws -> [TestResult] {
        try withChannel { connection, channel in
            var results: [TestResult] = []
            while let delivery = try connection.get(name, on: channel) {
                try connection.ack(delivery.tag, on: channel)
                results.append(try TestResult(delivery))
            }
            return results
        }
    }
}
