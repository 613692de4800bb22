import Contract
import Rabbit

// What a lane does when the broker confirms some of its results and not others: a queue that a consumer has bound is stuck.

extension Lane {
    /// A result without a confirm for so long is treated like one that was refused.
    static let longestConfirm = Duration.seconds(10)
    /// The same, if results that were sent later have theirs, or if the broker has become silent: it stops reading a
    /// connection with many messages for a stuck queue.
    static let shortestConfirm = Duration.seconds(3)

    /// Whether confirms of the oldest batch are missing, so that waiting longer would hold up everybody.
    private var isConfirmMissing: Bool {
        guard let batch = inFlight.first, !publisher.isSettled(through: batch.last) else { return false }
        let age = publisher.age(of: batch.sent)
        guard age >= Self.shortestConfirm else { return false }
        return age >= Self.longestConfirm || publisher.isOvertaken(batch.last) || publisher.silence >= patientSilence
    }

    /// If confirms are missing, goes on with a new connection, since the broker may no longer read the former.
    ///
    /// 1. It tries one result of each receiver. Those without a confirm are stuck.
    /// 2. It publishes everything again that had no confirm, under the same ids; what is for a stuck receiver goes to
    ///    `leadline.undelivered`.
    func replacePublisherIfConfirmsAreMissing() throws {
        guard isConfirmMissing else { return }
        let began = ContinuousClock.now
        let open = inFlight.map { batch in (batch.numbers.map(publisher.open) ?? []).map { batch.message($0) } }
        let refused = try inFlight.map(takeRefused)
        publisher.abandon()
        publisher = try Publisher(options.broker, name: "leadline worker, lane \(number), publishing")
        let isAnyStuck = try probe(open.joined())
        patientSilence = isAnyStuck ? Self.shortestConfirm : min(patientSilence * 2, Self.longestConfirm)
        for index in inFlight.indices {
            let messages = open[index].compactMap(divertIfStuck) + refused[index]
            try send(messages)
            (inFlight[index].messages, inFlight[index].last) = (messages, publisher.last)
            inFlight[index].sent = .now
        }
        shared.log.debug("\(name): published again what had no confirm, after \(ContinuousClock.now - began)")
    }

    /// Publishes one result of each receiver, and notes whose gets no confirm within ten seconds, or soon after the others.
    /// A broker that is slow to confirm the first gets more time for the rest.
    ///
    /// - Returns: whether any receiver is stuck.
    private func probe(_ messages: some Sequence<OutgoingMessage>) throws -> Bool {
        var probes: [UInt64: (receiver: String, key: String)] = [:]
        var seen: Set<String> = []
        for message in messages {
            guard let receiver = message.receiver, seen.insert(receiver).inserted else { continue }
            try send([message])
            probes[publisher.last] = (receiver, message.routingKey)
        }
        guard let first = probes.keys.min() else { return false }
        let began = ContinuousClock.now
        var waiting = Set(probes.keys)
        var (lastAnswer, patience): (ContinuousClock.Instant?, Duration) = (nil, .seconds(1))
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
            shared.stuck.noteMissing(receiver, routingKey: key)
        }
        publisher.forget(waiting)
        return !waiting.isEmpty
    }

    /// The message itself, or what takes its place while its receiver is stuck. A republication that only one queue
    /// requested isn't parked: it can be requested again.
    func divertIfStuck(_ message: OutgoingMessage) -> OutgoingMessage? {
        guard !shared.stuck.isEmpty, let receiver = message.receiver,
            !shared.stuck.admits(receiver, routingKey: message.routingKey)
        else { return message }
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
