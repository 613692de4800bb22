import Contract
import LeadModel
import Logging
import Rabbit
import Redis
import Registry
import Running

/// Publishes again the results that some consumer's queue has refused: one thread of a worker.
///
/// 1. One relay in the fleet is active: the one whose connection has the exclusive queue `leadline.undelivered.relay`, which
///    ends with the connection. The others try to declare it from time to time. (A single active consumer on
///    `leadline.undelivered` itself would forbid `basic.get` there, and with it every listing. Two relays at once would only
///    publish twice.)
/// 2. It tries one result. After a refusal it pauses, longer each time. After a success it takes twice as many, up to
///    64.
/// 3. It renders each from what is stored. One that a newer revision has superseded goes as the record's latest result, under
///    the routing key that was refused: a consumer may have bound that key and not the newer one's. Each state goes under
///    each key once.
/// 4. A result leaves the queue only when the broker has confirmed it. One that is refused goes to the queue's end, so that
///    those of other consumers have their turn.
///
/// If it dies, the broker redelivers what it had taken, and consumers may get those results twice, under the same ids.
final class UndeliveredRelay {
    private let options: WorkerOptions
    private let shared: Lane.Shared
    /// Open only while there is something to publish: an idle connection would go stale.
    private var registry: (redis: RedisConnection, store: RecordStore, view: RegistryView)?
    private let connection: RabbitConnection
    private var publisher: Publisher
    private let channel: UInt16
    /// What was confirmed, by `identity`. Once they are many all are forgotten: then some go twice.
    private var delivered: Set<Int> = []
    private static let mostDelivered = 50_000

    /// As a thread of the worker.
    static let name = "undelivered relay"
    private static let portion = 64
    /// How long the queue must be empty before "all undelivered results are delivered" is logged.
    private static let calm = Duration.seconds(10)

    /// Connects, and establishes the topology.
    init(options: WorkerOptions, shared: Lane.Shared) throws {
        (self.options, self.shared) = (options, shared)
        registry = try Self.connect(options, shared)
        connection = try RabbitConnection(options.broker, name: "leadline worker, undelivered relay")
        try Topology.establish(on: connection)
        publisher = try Self.publisher(options)
        channel = try connection.openChannel()
        shared.outages.ended("RabbitMQ", for: Self.name)
    }

    private static func connect(
        _ options: WorkerOptions, _ shared: Lane.Shared
    ) throws -> (RedisConnection, RecordStore, RegistryView) {
        let redis = try RedisConnection(options.redis)
        _ = try RedisClock(redis).now()
        shared.outages.ended("Redis", for: name)
        return (redis, RecordStore(redis), RegistryView(redis) { shared.log.error("\($0)") })
    }

    private static func publisher(_ options: WorkerOptions) throws -> Publisher {
        try Publisher(options.broker, name: "leadline worker, undelivered relay, publishing")
    }

    func close() {
        connection.close()
        publisher.close()
        forgetRegistry()
    }

    private func forgetRegistry() {
        registry?.redis.close()
        registry = nil
    }

    /// Publishes until the worker stops.
    func work() throws {
        while !shared.stop.isSet, try !becomesActive() {
            forgetRegistry()
            try pause(options.poll)
        }
        var backoff = Backoff(longest: options.longestRelayPause)
        var portion = 1
        // How many were passed over in a row, since their receivers are stuck.
        var passed = 0
        // Whether a refusal was logged, and since when nothing waits.
        var (isWarned, emptySince): (Bool, ContinuousClock.Instant?) = (false, nil)
        while !shared.stop.isSet {
            let waiting = try waiting()
            guard !publisher.isBlocked, waiting > 0 else {
                emptySince = emptySince ?? .now
                // Not at once: a consumer that is full every other moment would be logged each time.
                if isWarned, let emptySince, !publisher.isBlocked, ContinuousClock.now - emptySince > Self.calm {
                    shared.log.notice("all undelivered results are delivered")
                    isWarned = false
                }
                forgetRegistry()
                try pause(.seconds(1))
                continue
            }
            emptySince = nil
            let result = try move(atMost: portion)
            shared.tally.add([.moved: result.moved, .overtaken: result.dropped])
            passed = result.moved + result.refused + result.dropped > 0 ? 0 : passed + result.passed
            if result.refused > 0 {
                if !isWarned { warn(of: result.refusedKey) }
                (portion, isWarned) = (1, true)
                try pause(backoff.delay())
            } else if result.moved > 0 {
                portion = min(portion * 2, Self.portion)
                backoff.reset()
            } else if result.passed > 0 {
                // Other receivers' results may stand behind those.
                portion = Self.portion
                if passed >= waiting {
                    passed = 0
                    try pause(.seconds(1))
                }
            } else if result.dropped == 0 {
                // Another connection has them in flight, such as an operator's listing.
                try pause(.seconds(1))
            }
        }
    }

    private func warn(of key: String?) {
        let key = key ?? ""
        shared.log.warning(
            """
            \(key.prefix { $0 != "." }): some consumer's queue refuses results under \(key): they wait in \
            \(Names.undelivered.name) and are tried again
            """)
    }

    private func waiting() throws -> Int {
        try connection.declareQueue(Names.undelivered.name, on: channel, passive: true).messageCount
    }

    /// Whether this relay is now the active one.
    private func becomesActive() throws -> Bool {
        let asking = try connection.openChannel()
        do {
            try connection.declareQueue(Names.undeliveredRelay, on: asking, durable: false, exclusive: true)
            try connection.closeChannel(asking)
            return true
        } catch let error where error.code == 405 {
            // Another connection has it. The refusal closed the channel.
            return false
        }
    }

    /// Waits, and keeps the connection alive.
    private func pause(_ time: Duration) throws {
        let end = ContinuousClock.now + time
        while !shared.stop.isSet, ContinuousClock.now < end {
            try publisher.poll(for: min(.milliseconds(200), max(.zero, end - .now)))
            _ = try connection.receive(timeout: .zero)
        }
    }

    // MARK: One portion

    private struct Moved {
        var (moved, refused, dropped, passed) = (0, 0, 0, 0)
        /// The routing key of the first that was refused.
        var refusedKey: String?
    }

    /// Takes up to `count` results, publishes those that are still current, and returns to the queue those that are
    /// refused, that get no confirm, or whose receiver is stuck.
    private func move(atMost count: Int) throws -> Moved {
        var taken: [ReceivedMessage] = []
        while taken.count < count, let delivery = try connection.get(Names.undelivered.name, on: channel) {
            taken.append(delivery)
        }
        // Not while a lane works something in isolation.
        let messages = try shared.turns.turn(
            isolated: false, waiting: { try publisher.poll(for: .milliseconds(10)) }, work: { try render(taken) })
        var moved = Moved()
        var numbers: [UInt64: Int] = [:]
        var (returned, sending): (Set<Int>, Set<Int>) = ([], [])
        for (index, message) in messages.enumerated() {
            guard let message else {
                moved.dropped += 1
                continue
            }
            // The same is being sent, and stays in the queue until it is confirmed.
            guard sending.insert(message.identity).inserted else {
                moved.dropped += 1
                continue
            }
            let receiver = message.receiver ?? ""
            guard shared.stuck.admits(receiver, routingKey: message.routingKey) else {
                moved.passed += 1
                returned.insert(index)
                continue
            }
            let number = try publisher.publish(
                message.body, to: message.exchange, routingKey: message.routingKey, properties: message.properties,
                mandatory: message.isMandatory)
            numbers[number] = index
        }
        // If the worker stops before the broker has answered, closing the connection returns what was taken.
        guard let failed = try awaitConfirms(of: numbers, messages) else { return Moved() }
        moved.refused = failed.count
        moved.refusedKey = failed.min().flatMap { messages[$0]?.routingKey }
        moved.moved = numbers.count - failed.count
        returned.formUnion(failed)
        for (index, delivery) in taken.enumerated() {
            if returned.contains(index) {
                try connection.nack(delivery.tag, on: channel)
            } else {
                try connection.ack(delivery.tag, on: channel)
            }
        }
        return moved
    }

    /// Waits until each publish is confirmed or refused, or has waited too long.
    ///
    /// - Returns: which failed; nil if the worker stops before the broker has answered.
    private func awaitConfirms(of numbers: [UInt64: Int], _ messages: [OutgoingMessage?]) throws -> Set<Int>? {
        let sent = ContinuousClock.now
        let answers = try publisher.awaitAnswers(within: Lane.longestConfirm) {
            _ = try connection.receive(timeout: .zero)
            return shared.stop.elapsed < options.longestDrain / 2
        }
        guard let (problems, missing) = answers else { return nil }
        var failed: Set<Int> = []
        for problem in problems {
            guard case .refused(let number) = problem, let index = numbers[number] else { throw Lane.TopologyDamaged() }
            failed.insert(index)
        }
        for (number, index) in numbers where !missing.contains(number) && !failed.contains(index) {
            guard let message = messages[index] else { continue }
            if delivered.count >= Self.mostDelivered { delivered = [] }
            delivered.insert(message.identity)
            shared.stuck.noteConfirmed(message.receiver ?? "", routingKey: message.routingKey, sent: sent)
        }
        guard let first = missing.first else { return failed }
        // The broker reads no further once one queue has too much pending, so only the first shows who is stuck.
        if let index = numbers[first], let message = messages[index] {
            shared.stuck.noteMissing(message.receiver ?? "", routingKey: message.routingKey, sent: sent)
        }
        publisher.abandon()
        publisher = try Self.publisher(options)
        return failed.union(missing.compactMap { numbers[$0] })
    }

    /// The message to publish for each, from the present state; nil where the same was delivered, or the record is gone.
    private func render(_ taken: [ReceivedMessage]) throws -> [OutgoingMessage?] {
        let (redis, store, view) = try registry ?? Self.connect(options, shared)
        registry = (redis, store, view)
        try view.refresh()
        let names = taken.map { UndeliveredName($0.properties) }
        let places = try names.map { name -> RecordStore.Place? in
            guard let name, let organization = try view.organization(name.organization), organization.damage == nil
            else { return nil }
            return RecordStore.Place(
                partition: Partition(
                    of: name.id, kind: RecordKind(name.entity), organization: name.organization,
                    count: organization.settings.partitions), id: name.id)
        }
        let loaded = try store.loadReadable(places.compactMap(\.self))
        var numbers = loaded.records.indices.makeIterator()
        return try zip(taken.indices, names).map { index, name in
            // A result or record that can't be read, or of an unknown organization, is published as it is rather than lost.
            guard let name, places[index] != nil, let number = numbers.next(), loaded.damaged[number] == nil else {
                return OutgoingMessage(asItIs: taken[index])
            }
            let record = loaded.records[number]
            guard let result = name.result(of: record) else {
                return name.isRemoval ? OutgoingMessage(asItIs: taken[index]) : nil
            }
            let scorecard = try record.scoring.flatMap {
                try view.readableScorecard($0.model, organization: name.organization, entity: name.entity)
            }
            let message = OutgoingMessage.result(result, scorecard: scorecard)
            let isRepeated = result.superseded != nil && message.map { delivered.contains($0.identity) } ?? false
            return isRepeated ? nil : message
        }
    }
}

extension OutgoingMessage {
    /// A hash of the body and of who gets it.
    fileprivate var identity: Int {
        var hasher = Hasher()
        hasher.combine(receiver)
        hasher.combine(body)
        return hasher.finalize()
    }

    fileprivate init(asItIs delivery: ReceivedMessage) {
        let headers = delivery.properties.headers
        let key = headers[Names.Header.origin]?.text ?? delivery.routingKey
        self.init(
            exchange: Names.scores.name, routingKey: key, properties: delivery.properties.forwarded, body: delivery.body
        )
        if let queue = headers[Names.Header.queue]?.text { (exchange, routingKey, isMandatory) = ("", queue, false) }
    }
}
