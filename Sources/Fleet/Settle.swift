import Contract
import LeadModel
import Rabbit

/// A batch that is committed and sent, until the broker has confirmed it.
struct InFlightBatch {
    let lastTags: [Source: UInt64]
    let tries: [UInt64]
    let arrived: ContinuousClock.Instant?
    let refused: Int
    let swept: Batch.Swept?
    let told: [FanOutPage]
    /// The ids in hand, for fail points.
    let ids: [Exact]
    /// What was sent, the last of it under the number `last`.
    var messages: [OutgoingMessage]
    var last: UInt64

    init(_ batch: Batch, _ done: Lane.Done, ids: [Exact], messages: [OutgoingMessage], last: UInt64) {
        (lastTags, tries, arrived, swept) = (batch.lastTags, batch.tries, batch.arrived, batch.swept)
        (refused, told) = (done.refused.count, batch.told + done.told)
        (self.ids, self.messages, self.last) = (ids, messages, last)
    }

    /// Under which numbers its messages were sent; nothing if there was nothing to send.
    var numbers: ClosedRange<UInt64>? { messages.isEmpty ? nil : last - UInt64(messages.count) + 1...last }
}

extension Lane {
    /// Batches that may wait for their confirms while the next one is worked.
    private static let mostInFlight = 4

    /// Tells the queues of each batch, the oldest first, whose results are all confirmed, and waits for confirms where
    /// too many are under way; alone, for all.
    func settle() throws {
        try publisher.poll()
        while let flight = inFlight.first {
            if isAlone || inFlight.count > Self.mostInFlight { try awaitConfirms(of: flight) }
            guard publisher.isSettled(through: flight.last) else { return }
            try settle(flight)
        }
    }

    /// Settles a batch that has its answers, unless some of its results were refused: some consumer's queue would not
    /// take them. They are put on the undelivered queue, and the batch waits for that. One that came back as unroutable
    /// means damaged topology: the lane begins anew and proves it.
    private func settle(_ flight: InFlightBatch) throws {
        if let numbers = flight.numbers {
            let problems = publisher.takeProblems(in: numbers)
            guard problems.isEmpty else {
                let refused = try problems.compactMap { problem -> OutgoingMessage? in
                    guard case .refused(let number) = problem else { throw TopologyDamaged() }
                    let message = flight.messages[Int(number - numbers.lowerBound)]
                    // One queue alone asked for it, and can ask again.
                    guard message.isMandatory else { return nil }
                    guard message.exchange == Names.scores.name else { throw TopologyDamaged() }
                    return message.undelivered(at: now)
                }
                if refused.count < problems.count {
                    shared.log.warning(
                        "a queue refused \(problems.count - refused.count) results of its own republication: ask again")
                }
                try send(refused)
                (inFlight[0].messages, inFlight[0].last) = (refused, publisher.last)
                shared.tally.add([.undelivered: refused.count])
                return
            }
        }
        _ = fails(at: .published, flight.ids)
        try settleLeased(flight)
        for source in Source.allCases {
            guard let tag = flight.lastTags[source] else { continue }
            try inbox.settle(source, through: tag)
            _ = fails(at: .settle, flight.ids)
        }
        inFlight.removeFirst()
        try clearCrashCounts(flight.tries)
        shared.tally.add([.refused: flight.refused])
        noteSettled()
    }

    private func awaitConfirms(of flight: InFlightBatch) throws {
        while !publisher.isSettled(through: flight.last) {
            RabbitConnection.awaitAny(of: [publisher.connection], atMost: .milliseconds(200))
            try keepAlive(for: .zero)
        }
    }

    struct TopologyDamaged: Error, CustomStringConvertible {
        var description: String { "a message found no queue, or its queue refused it: topology is proved again" }
    }
}
