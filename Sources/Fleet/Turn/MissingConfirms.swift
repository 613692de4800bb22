import Contract
import Rabbit

// What a lane does when the broker confirms some of its results and not others: a queue that a consumer has bound is stuck.

extension Lane {
    /// A result without a confirm for so long is treated like one that was refused.
    static let longestConfirm = Duration.seconds(10)
    /// The same, if results that were sent later have theirs, or if the broker confirms nothing at all.
    static let shortestConfirm = Duration.seconds(3)
    /// Receivers that are tried at once, each on a connection of its own.
    private static let mostProbes = 16

    /// Does something about results whose confirms are missing, so that they hold up nobody else.
    ///
    /// RabbitMQ may stop reading a connection that has sent messages to a stuck quorum queue: for half a minute with the
    /// first one, and for good with more than 32. So each receiver is tried on a connection of its own. If one is stuck,
    /// the lane continues with a new connection: it publishes everything again that had no confirm, under the same ids,
    /// and what is for a stuck receiver goes to `leadline.undelivered`.
    func mendMissingConfirms() throws {
        guard let batch = inFlight.first, isConfirmMissing(of: batch), .now >= nextProbe else { return }
        let isAnyStuck = try probe(inFlight.flatMap(openMessages))
        patientSilence = isAnyStuck ? Self.shortestConfirm : min(patientSilence * 2, Self.longestConfirm)
        nextProbe = .now + patientSilence
        if isAnyStuck || publisher.age(of: batch.sent) >= Self.longestConfirm { try replacePublisher() }
    }

    private func isConfirmMissing(of batch: InFlightBatch) -> Bool {
        guard !publisher.isSettled(through: batch.last) else { return false }
        let age = publisher.age(of: batch.sent)
        return age >= Self.longestConfirm || publisher.silence >= patientSilence
            || age >= Self.shortestConfirm && publisher.isOvertaken(batch.last)
    }

    private func openMessages(of batch: InFlightBatch) -> [OutgoingMessage] {
        (batch.numbers.map(publisher.open) ?? []).map { batch.message($0) }
    }

    private func replacePublisher() throws {
        let began = ContinuousClock.now
        let open = inFlight.map(openMessages)
        let refused = try inFlight.map(takeRefused)
        publisher.abandon()
        publisher = try Publisher(options.broker, name: "leadline worker, lane \(number), publishing")
        for index in inFlight.indices {
            let messages = open[index].compactMap(divertIfStuck) + refused[index]
            try send(messages)
            (inFlight[index].messages, inFlight[index].last) = (messages, publisher.last)
            inFlight[index].sent = .now
        }
        shared.log.debug("\(name): published again what had no confirm, after \(ContinuousClock.now - began)")
    }

    /// Publishes one result of each receiver, and notes whose gets no confirm soon after the broker has shown that it
    /// confirms others: half a second after the last other receiver's, or two seconds after that of a message for no
    /// queue. A broker that is slow to confirm the first gets more time for the rest.
    ///
    /// - Returns: whether any receiver is stuck.
    private func probe(_ messages: [OutgoingMessage]) throws -> Bool {
        var waiting: [(publisher: Publisher, receiver: String, key: String)] = []
        defer { for one in waiting { one.publisher.abandon() } }
        let reference = try prober()
        defer { reference.abandon() }
        let began = ContinuousClock.now
        try reference.publish([], to: "", routingKey: Self.noQueue)
        var seen: Set<String> = []
        var isAnyStuck = false
        for message in messages {
            guard let receiver = message.receiver, seen.insert(receiver).inserted else { continue }
            guard !shared.stuck.contains(receiver) else {
                isAnyStuck = true
                continue
            }
            guard waiting.count < Self.mostProbes else { break }
            let prober = try prober()
            waiting.append((prober, receiver, message.routingKey))
            try prober.publish(
                message.body, to: message.exchange, routingKey: message.routingKey, properties: message.properties,
                mandatory: message.isMandatory)
        }
        var (lastAnswer, patience): (ContinuousClock.Instant?, Duration) = (nil, .seconds(2))
        while !waiting.isEmpty, reference.age(of: began) < Self.longestConfirm {
            if let lastAnswer, reference.age(of: lastAnswer) >= patience { break }
            try keepAlive(for: .milliseconds(20))
            try reference.poll()
            if lastAnswer == nil, reference.outstanding == 0 { lastAnswer = .now }
            for one in waiting { try one.publisher.poll() }
            let answered = waiting.filter { $0.publisher.outstanding == 0 }
            guard !answered.isEmpty else { continue }
            for one in answered { one.publisher.close() }
            waiting.removeAll { $0.publisher.outstanding == 0 }
            (lastAnswer, patience) = (.now, max(.milliseconds(500), (ContinuousClock.now - began) * 5))
        }
        for one in waiting { shared.stuck.noteMissing(one.receiver, routingKey: one.key, sent: began) }
        return isAnyStuck || !waiting.isEmpty
    }

    private func prober() throws -> Publisher {
        try Publisher(options.broker, name: "leadline worker, lane \(number), trying a receiver")
    }

    /// The message itself, or what takes its place while its receiver is stuck. Only the relay tries whether it still is:
    /// one such message can stop a lane's connection. A republication that only one queue requested isn't parked: it can be
    /// requested again, and is tried here.
    func divertIfStuck(_ message: OutgoingMessage) -> OutgoingMessage? {
        guard let receiver = message.receiver, shared.stuck.isClosed(receiver, routingKey: message.routingKey) else {
            return message
        }
        shared.tally.add([.undelivered: 1])
        return message.undelivered(at: now)
    }

    /// Notes that all confirms of a batch have come.
    func noteConfirmed(_ batch: InFlightBatch) {
        guard !shared.stuck.isEmpty else { return }
        for message in batch.messages {
            guard let receiver = message.receiver else { continue }
            shared.stuck.noteConfirmed(receiver, routingKey: message.routingKey, sent: batch.sent)
        }
    }
}
