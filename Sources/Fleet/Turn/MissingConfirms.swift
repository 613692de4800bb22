import Contract
import Rabbit

// What a lane does when the broker confirms some of its results and not others: a queue that a consumer has bound is stuck.

extension Lane {
    /// A result without a confirm for so long is treated like one that was refused.
    static let longestConfirm = Duration.seconds(10)
    /// The same, if results that were sent later have theirs.
    static let shortestConfirm = Duration.seconds(3)
    /// A broker that confirms nothing at all for so long may have stopped reading the connection.
    static let shortestSilence = Duration.seconds(3)
    /// RabbitMQ stops reading a connection that has more messages than this pending at one quorum queue.
    private static let mostPending = 32

    /// What to do about the oldest batch.
    private enum Remedy {
        case none
        /// Treat its results without a confirm like refused ones.
        case divert
        /// Continue with a new connection.
        case reconnect
    }

    /// Does something about results whose confirms are missing, so that they hold up nobody else.
    func mendMissingConfirms() throws {
        switch remedy {
        case .none: break
        case .divert: try divertOldest()
        case .reconnect: try replacePublisher()
        }
    }

    private var remedy: Remedy {
        guard let batch = inFlight.first, !publisher.isSettled(through: batch.last) else { return .none }
        if publisher.silence >= patientSilence {
            let counts = Dictionary(grouping: inFlight.flatMap(openMessages), by: \.receiver).mapValues(\.count)
            if counts.contains(where: { $0.value > Self.mostPending }) { return .reconnect }
        }
        let age = publisher.age(of: batch.sent)
        let isOvertaken = publisher.isOvertaken(batch.last)
        guard age >= Self.longestConfirm || isOvertaken && age >= Self.shortestConfirm else { return .none }
        let receivers = Set(openMessages(of: batch).map(\.receiver))
        // If several receivers and no later result are unconfirmed, the broker may just be slow.
        return receivers.contains(nil) || !isOvertaken && receivers.count > 1 ? .reconnect : .divert
    }

    private func openMessages(of batch: InFlightBatch) -> [OutgoingMessage] {
        (batch.numbers.map(publisher.open) ?? []).map { batch.message($0) }
    }

    /// Sends the oldest batch's results that have no confirm to `leadline.undelivered`. Their receivers are stuck.
    private func divertOldest() throws {
        guard let numbers = inFlight[0].numbers else { return }
        let open = openMessages(of: inFlight[0])
        for message in open {
            guard let receiver = message.receiver else { continue }
            shared.stuck.noteMissing(receiver, routingKey: message.routingKey, sent: inFlight[0].sent)
        }
        let messages = open.compactMap(park) + (try takeRefused(of: inFlight[0]))
        publisher.forget(publisher.open(in: numbers))
        try send(messages)
        (inFlight[0].messages, inFlight[0].last, inFlight[0].sent) = (messages, publisher.last, .now)
    }

    /// Continues with a new connection, since the broker may no longer read the former.
    ///
    /// 1. It tries one result of each receiver. Those without a confirm are stuck.
    /// 2. It publishes everything again that had no confirm, under the same ids; what is for a stuck receiver goes to
    ///    `leadline.undelivered`.
    private func replacePublisher() throws {
        let began = ContinuousClock.now
        let open = inFlight.map(openMessages)
        let refused = try inFlight.map(takeRefused)
        publisher.abandon()
        publisher = try Publisher(options.broker, name: "leadline worker, lane \(number), publishing")
        let isAnyStuck = try probe(open.joined())
        patientSilence = isAnyStuck ? Self.shortestSilence : min(patientSilence * 2, Self.longestConfirm)
        for index in inFlight.indices {
            let messages = open[index].compactMap(divertIfStuck) + refused[index]
            try send(messages)
            (inFlight[index].messages, inFlight[index].last) = (messages, publisher.last)
            inFlight[index].sent = .now
        }
        shared.log.debug("\(name): published again what had no confirm, after \(ContinuousClock.now - began)")
    }

    /// Publishes one result of each receiver that isn't known to be stuck, and notes whose gets no confirm within ten
    /// seconds, or soon after the others. A broker that is slow to confirm the first gets more time for the rest.
    ///
    /// - Returns: whether any receiver is stuck.
    private func probe(_ messages: some Sequence<OutgoingMessage>) throws -> Bool {
        var probes: [UInt64: (receiver: String, key: String)] = [:]
        var seen: Set<String> = []
        var isAnyStuck = false
        let began = ContinuousClock.now
        for message in messages {
            guard let receiver = message.receiver, seen.insert(receiver).inserted else { continue }
            if shared.stuck.contains(receiver) {
                isAnyStuck = true
                continue
            }
            try send([message])
            probes[publisher.last] = (receiver, message.routingKey)
        }
        guard let first = probes.keys.min() else { return isAnyStuck }
        var waiting = Set(probes.keys)
        var (lastAnswer, patience): (ContinuousClock.Instant?, Duration) = (nil, .milliseconds(500))
        while !waiting.isEmpty {
            try keepAlive(for: .milliseconds(20))
            let open = Set(publisher.open(in: first...publisher.last))
            if waiting.intersection(open).count < waiting.count {
                lastAnswer = .now
                patience = max(patience, (ContinuousClock.now - began) * 5)
            }
            waiting.formIntersection(open)
            if publisher.age(of: began) >= Self.longestConfirm { break }
            if let lastAnswer, publisher.age(of: lastAnswer) >= patience { break }
        }
        _ = publisher.takeProblems(in: first...publisher.last)
        for sequence in waiting {
            guard let (receiver, key) = probes[sequence] else { continue }
            shared.stuck.noteMissing(receiver, routingKey: key, sent: began)
        }
        publisher.forget(waiting)
        return isAnyStuck || !waiting.isEmpty
    }

    /// The message itself, or what takes its place while its receiver is stuck.
    func divertIfStuck(_ message: OutgoingMessage) -> OutgoingMessage? {
        guard !shared.stuck.isEmpty, let receiver = message.receiver,
            !shared.stuck.admits(receiver, routingKey: message.routingKey)
        else { return message }
        return park(message)
    }

    /// What takes the place of a result that its receiver can't take. A republication that only one queue requested isn't
    /// parked: it can be requested again.
    private func park(_ message: OutgoingMessage) -> OutgoingMessage? {
        guard message.isMandatory else { return nil }
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
