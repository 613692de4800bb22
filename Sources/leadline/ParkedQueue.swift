import Contract
import Foundation
import Rabbit

/// A message that waits for an operator, by its place in its queue.
struct ParkedMessage {
    /// From 1, the oldest.
    var number: Int
    var delivery: ReceivedMessage
}

/// A queue whose messages wait for an operator, seen from the oldest on.
///
/// 1. AMQP cannot look without taking: each message is taken with `basic.get` and given back in its order. Others who look
///    meanwhile see only the rest.
/// 2. A quorum queue puts what is given back at its end: so to leave the order as it is, all must be taken, however few
///    are wanted, and it costs two entries of the queue's log each: a second or so a thousand.
/// 3. What is given back counts as delivered once more (`x-delivery-count`). The queues that are read here have no delivery
///    limit, so nothing is ever dropped for it; one that had a limit would lose messages by being listed.
/// 4. If the process dies, the broker gives all back that it had taken, perhaps in another order.
final class ParkedQueue {
    private let connection: RabbitConnection
    private let channel: UInt16
    private let name: String

    /// A channel of the broker keeps back what it is told beyond 32 commands that its queue has not done yet, and sends it
    /// in no certain order: so it is never told more than this at once.
    private static let portion = 16

    init(_ queue: Names.Queue, broker: RabbitAddress, for command: String) throws {
        connection = try RabbitConnection(broker, name: "leadline \(command)")
        (channel, name) = (try connection.openChannel(), queue.name)
        _ = try state()
    }

    func close() { connection.close() }

    /// How many messages there are that nobody has taken.
    var count: Int { get throws { try state().messageCount } }

    private func state() throws(RabbitError) -> QueueState {
        try connection.declareQueue(name, on: channel, passive: true)
    }

    /// Drops all that are there.
    ///
    /// - Returns: how many.
    func purge() throws -> Int { try connection.purge(name, on: channel) }

    /// Shows all messages, the oldest first, and gives them back.
    func look(_ see: (ParkedMessage) throws -> Void) throws {
        try taking { held in
            while let kept = try take(&held) { try see(kept) }
        }
    }

    private func take(_ held: inout Held) throws -> ParkedMessage? {
        guard let delivery = try connection.get(name, on: channel) else { return nil }
        held.tags.append(delivery.tag)
        return ParkedMessage(number: held.tags.count, delivery: delivery)
    }

    /// Removes those of the messages that are there now which `choice` takes and `act` is done with; the rest stays as it
    /// is.
    ///
    /// - Parameter act: says of each whether it may go.
    /// - Returns: how many went, and how many were chosen and stay.
    func remove(_ choice: ParkedFilter, act: ([ParkedMessage]) throws -> [Bool]) throws -> (gone: Int, stay: Int) {
        let there = try count
        if let last = choice.last, last > there {
            throw Failure(.data, "there is no message \(last): \(name) holds \(there). Nothing is changed")
        }
        var (gone, stay) = (0, 0)
        try taking { held in
            var chosen: [ParkedMessage] = []
            func work() throws {
                let done = zip(chosen, try act(chosen)).filter(\.1).map(\.0.delivery.tag)
                held.gone.formUnion(done)
                try tell(done) { try connection.ack($0, on: channel) }
                (gone, stay) = (gone + done.count, stay + chosen.count - done.count)
                chosen = []
            }
            while let kept = try take(&held) {
                // Not on and on: what is worked again and refused again comes to the end of the same queue.
                if kept.number <= there, choice.takes(kept) { chosen.append(kept) }
                if chosen.count == Self.portion { try work() }
            }
            if !chosen.isEmpty { try work() }
        }
        return (gone, stay)
    }

    /// What was taken, in order, and what of it is to be given back no more.
    private struct Held {
        var tags: [UInt64] = []
        var gone: Set<UInt64> = []
        var rest: [UInt64] { tags.filter { !gone.contains($0) } }
    }

    /// Gives back in their order what was taken, whatever happens.
    private func taking(_ work: (inout Held) throws -> Void) throws {
        var held = Held()
        do {
            try work(&held)
        } catch {
            try? giveBack(held.rest)
            throw error
        }
        try giveBack(held.rest)
    }

    private func giveBack(_ tags: [UInt64]) throws {
        try tell(tags) { try connection.nack($0, on: channel, requeue: true) }
    }

    /// Tells the broker something of each, and waits until the queue has done it: each message that was taken counts as a
    /// consumer of its own until then.
    private func tell(_ tags: [UInt64], _ word: (UInt64) throws -> Void) throws {
        for start in stride(from: 0, to: tags.count, by: Self.portion) {
            let portion = tags[start..<min(start + Self.portion, tags.count)]
            let before = try state().consumerCount
            for tag in portion { try word(tag) }
            let end = ContinuousClock.now + .seconds(1)
            while try state().consumerCount > before - portion.count, ContinuousClock.now < end {
                Thread.sleep(forTimeInterval: 0.002)
            }
        }
    }
}
