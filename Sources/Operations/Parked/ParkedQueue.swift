import Contract
import Foundation
import Rabbit

/// A message that is set aside for an operator, with its position in its queue.
struct ParkedMessage {
    /// From 1, the oldest.
    var number: Int
    var delivery: ReceivedMessage
}

/// A queue of messages that are set aside for an operator: `leadline.rejected` or `leadline.undelivered`.
///
/// 1. AMQP has no peek: each message is taken with `basic.get` and returned to the queue, in order. Other readers see
///    only the rest meanwhile.
/// 2. A quorum queue appends what is returned to its end. To keep the order, all messages must be taken, however few are
///    wanted. It takes about a second per thousand.
/// 3. Returning a message raises its `x-delivery-count`. Neither queue has a delivery limit, so no message is ever dropped
///    for it; a queue with a limit would lose messages by being listed.
/// 4. If the process dies, the broker returns all that was taken, possibly in another order.
final class ParkedQueue {
    private let connection: RabbitConnection
    private let channel: UInt16
    private let name: String

    /// At most this many acks or nacks are sent before waiting for the queue to apply them. A channel of RabbitMQ buffers
    /// commands when more than 32 are pending at a quorum queue, and sends those in no particular order.
    private static let portion = 16

    /// - Parameter purpose: the connection's name in the broker's list of connections.
    init(_ queue: Names.Queue, broker: RabbitAddress, purpose: String) throws(RabbitError) {
        connection = try RabbitConnection(broker, name: "leadline \(purpose)")
        (channel, name) = (try connection.openChannel(), queue.name)
        _ = try state()
    }

    func close() { connection.close() }

    private func state() throws(RabbitError) -> QueueState {
        try connection.declareQueue(name, on: channel, passive: true)
    }

    func count() throws(RabbitError) -> Int { try state().messageCount }

    /// Drops all messages of the queue.
    ///
    /// - Returns: how many.
    func purge() throws(RabbitError) -> Int { try connection.purge(name, on: channel) }

    /// Shows all messages, the oldest first, and leaves them in the queue.
    func scan(_ body: (ParkedMessage) throws -> Void) throws {
        try taking { taken in
            while let message = try take(&taken) { try body(message) }
        }
    }

    /// Removes the selected messages that `act` is done with. Only messages that are in the queue at the start are
    /// selected: what is processed again and rejected again comes back to the end of the same queue.
    ///
    /// - Parameter act: returns for each of the messages whether it may be removed.
    /// - Returns: how many were removed, and how many were selected but stay.
    /// - Throws: `ParkedError.noSuchMessage` before anything is changed.
    func remove(
        _ selection: ParkedSelection, where isSelected: (ParkedMessage) -> Bool,
        act: ([ParkedMessage]) throws -> [Bool]
    ) throws -> (removed: Int, stayed: Int) {
        let count = try state().messageCount
        if let last = selection.numbers?.max(), last > count {
            throw ParkedError.noSuchMessage(number: last, queue: name, count: count)
        }
        var (removed, stayed) = (0, 0)
        try taking { taken in
            var selected: [ParkedMessage] = []
            func settle() throws {
                let done = zip(selected, try act(selected)).filter(\.1).map(\.0.delivery.tag)
                taken.removed.formUnion(done)
                try inPortions(done) { try connection.ack($0, on: channel) }
                (removed, stayed) = (removed + done.count, stayed + selected.count - done.count)
                selected = []
            }
            while let message = try take(&taken) {
                if message.number <= count, selection.contains(message.number), isSelected(message) {
                    selected.append(message)
                }
                if selected.count == Self.portion { try settle() }
            }
            if !selected.isEmpty { try settle() }
        }
        return (removed, stayed)
    }

    // MARK: Taking and returning

    private struct Taken {
        /// In the queue's order.
        var tags: [UInt64] = []
        var removed: Set<UInt64> = []
        var rest: [UInt64] { tags.filter { !removed.contains($0) } }
    }

    private func take(_ taken: inout Taken) throws -> ParkedMessage? {
        guard let delivery = try connection.get(name, on: channel) else { return nil }
        taken.tags.append(delivery.tag)
        return ParkedMessage(number: taken.tags.count, delivery: delivery)
    }

    /// Returns in order what was taken and not removed, even if `work` throws.
    private func taking(_ work: (inout Taken) throws -> Void) throws {
        var taken = Taken()
        do {
            try work(&taken)
        } catch {
            try? giveBack(taken.rest)
            throw error
        }
        try giveBack(taken.rest)
    }

    private func giveBack(_ tags: [UInt64]) throws {
        try inPortions(tags) { try connection.nack($0, on: channel, requeue: true) }
    }

    /// Sends an ack or a nack for each tag, a portion at a time, and waits until the queue has applied each portion.
    ///
    /// AMQP has no answer to them, and a passive declaration may be answered before the queue has applied what was sent
    /// before it. But a quorum queue counts each message that was taken by `basic.get` as a consumer until it has applied
    /// the ack (`ParkedQueueTests` pins that). Other readers change the count too, so the wait is bounded.
    private func inPortions(_ tags: [UInt64], _ send: (UInt64) throws -> Void) throws {
        for start in stride(from: 0, to: tags.count, by: Self.portion) {
            let portion = tags[start..<min(start + Self.portion, tags.count)]
            let before = try state().consumerCount
            for tag in portion { try send(tag) }
            let end = ContinuousClock.now + .seconds(1)
            // Each check asks the broker; the pause gives it time to apply what was sent.
            while try state().consumerCount > before - portion.count, ContinuousClock.now < end {
                Thread.sleep(forTimeInterval: 0.002)
            }
        }
    }
}
