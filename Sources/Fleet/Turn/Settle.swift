import Contract
import Rabbit

extension Lane {
    /// Messages that may wait for their confirms while the next turn runs: those of four full batches. At most 64 batches,
    /// however small they are.
    private var isFull: Bool {
        inFlight.count > 64 || inFlight.count > 1 && inFlight.reduce(0) { $0 + $1.messages.count } > 4 * options.batch
    }

    /// Settles the batches whose results are all confirmed, oldest first. It waits for confirms only if much is in flight. In
    /// an isolated turn it waits until no batch is in flight.
    func settle() throws {
        try publisher.poll()
        while !inFlight.isEmpty {
            if isIsolated || isFull { try awaitConfirmsOfOldest() }
            try mendMissingConfirms()
            guard let batch = inFlight.first, publisher.isSettled(through: batch.last) else { return }
            try settle(batch)
        }
        carried = []
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
        shared.tally.add([.refused: batch.rejected.count])
        shared.refusals.add(batch.rejected)
        noteSettled()
    }

    /// Sends results that a consumer's queue refused to the undelivered queue.
    ///
    /// - Returns: whether anything was refused.
    /// - Throws: `TopologyDamaged` if a message was unroutable, or refused by a queue of our own.
    private func resendRefused(of batch: InFlightBatch) throws -> Bool {
        let refused = try takeRefused(of: batch)
        guard !refused.isEmpty else {
            noteConfirmed(batch)
            return false
        }
        try send(refused)
        (inFlight[0].messages, inFlight[0].last, inFlight[0].sent) = (refused, publisher.last, .now)
        return true
    }

    /// What to send to the undelivered queue, since a consumer's queue refused it.
    func takeRefused(of batch: InFlightBatch) throws -> [OutgoingMessage] {
        guard let numbers = batch.numbers else { return [] }
        let problems = publisher.takeProblems(in: numbers)
        guard !problems.isEmpty else { return [] }
        let refused = try problems.map { problem in
            guard case .refused(let number) = problem else { throw TopologyDamaged() }
            let message = batch.message(number)
            guard message.exchange == Names.scores.name || message.isForOneQueue else { throw TopologyDamaged() }
            return message.undelivered(at: now)
        }
        shared.tally.add([.undelivered: refused.count])
        return refused
    }

    /// Waits until no batch is in flight.
    func settleAll() throws {
        while !inFlight.isEmpty {
            try awaitConfirmsOfOldest()
            try settle()
        }
    }

    private func awaitConfirmsOfOldest() throws {
        while let batch = inFlight.first, !publisher.isSettled(through: batch.last) {
            RabbitConnection.awaitAny(of: [publisher.connection], atMost: .milliseconds(200))
            try keepAlive(for: .zero)
            try mendMissingConfirms()
        }
    }

    struct TopologyDamaged: Error, CustomStringConvertible {
        var description: String {
            "a message was unroutable, or a queue of Leadline refused it: the topology is checked again"
        }
    }
}
