import Contract
import Rabbit

extension Lane {
    /// Batches that may wait for their confirms while the next turn runs.
    private static let mostInFlight = 4

    /// Settles the batches whose results are all confirmed, oldest first. It waits for confirms only if more than four
    /// batches are in flight. In an isolated turn it waits until no batch is in flight.
    func settle() throws {
        try publisher.poll()
        while let batch = inFlight.first {
            if isIsolated || inFlight.count > Self.mostInFlight { try awaitConfirms(of: batch) }
            guard publisher.isSettled(through: batch.last) else { return }
            try settle(batch)
        }
    }

    /// Acknowledges a batch that has all its answers, unless results were refused: those go to the undelivered queue first,
    /// and the batch waits for their confirms.
    private func settle(_ batch: InFlightBatch) throws {
        if try resendRefused(of: batch) { return }
        _ = fails(at: .published, batch.ids)
        try settleLeased(batch)
        for source in Source.allCases {
            guard let tag = batch.lastTags[source] else { continue }
            try inbox.settle(source, through: tag)
            _ = fails(at: .settle, batch.ids)
        }
        inFlight.removeFirst()
        try clearCrashCounts(batch.crashCounts)
        shared.tally.add([.refused: batch.refused])
        noteSettled()
    }

    /// Sends results that a consumer's queue refused to the undelivered queue.
    ///
    /// - Returns: whether anything was refused.
    /// - Throws: `TopologyDamaged` if a message was unroutable, or refused by a queue of our own.
    private func resendRefused(of batch: InFlightBatch) throws -> Bool {
        guard let numbers = batch.numbers else { return false }
        let problems = publisher.takeProblems(in: numbers)
        guard !problems.isEmpty else { return false }
        let refused = try problems.compactMap { problem -> OutgoingMessage? in
            guard case .refused(let number) = problem else { throw TopologyDamaged() }
            let message = batch.messages[Int(number - numbers.lowerBound)]
            // Only one queue requested this republication. It isn't parked: the operator can request it again.
            guard message.isMandatory else { return nil }
            guard message.exchange == Names.scores.name else { throw TopologyDamaged() }
            return message.undelivered(at: now)
        }
        if refused.count < problems.count {
            shared.log.warning(
                """
                a queue refused \(problems.count - refused.count) results of the republication that was requested for it: \
                request it again
                """)
        }
        try send(refused)
        (inFlight[0].messages, inFlight[0].last) = (refused, publisher.last)
        shared.tally.add([.undelivered: refused.count])
        return true
    }

    private func awaitConfirms(of batch: InFlightBatch) throws {
        while !publisher.isSettled(through: batch.last) {
            RabbitConnection.awaitAny(of: [publisher.connection], atMost: .milliseconds(200))
            try keepAlive(for: .zero)
        }
    }

    struct TopologyDamaged: Error, CustomStringConvertible {
        var description: String {
            "a message was unroutable, or a queue of Leadline refused it: the topology is checked again"
        }
    }
}
