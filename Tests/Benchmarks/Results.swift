import Contract
import Foundation
import LeadModel
import Rabbit
import Redis
import Registry

/// What came of it: the results that a contender published, and what it stored.
extension Ground {
    /// Results that lie in the consumer's queue now.
    func resultCount() throws -> Int {
        try connection.declareQueue(Self.results, on: channel, passive: true).messageCount
    }

    /// Results that wait because some consumer's queue refused them.
    func undeliveredCount() throws -> Int {
        try connection.declareQueue(Names.undelivered.name, on: channel, passive: true).messageCount
    }

    /// Takes all results of a run, and checks that each of its leads has one, and that its queue is empty.
    ///
    /// - Returns: how many results there were beyond one for each lead.
    func verify(_ contender: Contender, run: String, leads: Int) throws -> Int {
        var (heard, total) = (Set<String>(), 0)
        try listen(prefetch: 2000) { receive in
            while let delivery = try receive(.milliseconds(heard.count < leads ? 3000 : 200)) {
                total += 1
                let id = delivery.resultID?.record.text ?? ""
                if id.hasPrefix(run + "-") { heard.insert(id) }
            }
        }
        guard heard.count == leads else {
            throw BenchError("\(contender.rawValue) was given \(leads) leads and gave results of \(heard.count)")
        }
        let left = try connection.declareQueue(contender.queue, on: channel, passive: true).messageCount
        guard left == 0 else {
            throw BenchError("\(contender.rawValue) published all results and left \(left) leads unsettled")
        }
        return total - leads
    }

    /// Hears results on a connection of its own.
    func listen(prefetch: UInt16, _ body: ((Duration) throws -> ReceivedMessage?) throws -> Void) throws {
        let consumer = try RabbitConnection(brokerAddress, name: "bench, hearing", heartbeat: 0)
        defer { consumer.close() }
        let channel = try consumer.openChannel()
        try consumer.setPrefetch(prefetch, on: channel)
        try consumer.consume(Self.results, on: channel)
        var (last, unacked): (UInt64, UInt16) = (0, 0)
        try body { timeout in
            guard case .delivery(let delivery) = try consumer.receive(timeout: timeout) else { return nil }
            (last, unacked) = (delivery.tag, unacked + 1)
            if unacked >= prefetch / 4 {
                try consumer.ack(last, on: channel, multiple: true)
                unacked = 0
            }
            return delivery
        }
        if unacked > 0 { try consumer.ack(last, on: channel, multiple: true) }
        // The ack has no answer; this one comes after it.
        try consumer.setPrefetch(1, on: channel)
    }

    /// Throws away all results that lie there.
    func purgeResults() throws { try connection.purge(Self.results, on: channel) }

    /// Records that are stored now.
    func storedCount() throws -> Int {
        try (0..<Self.partitions).reduce(0) { sum, number in
            let partition = Partition(organization: Self.organization, kind: .lead, number: number)
            return sum + Int(try store.call("HLEN", partition.records).int ?? 0)
        }
    }
}

extension ReceivedMessage {
    /// Nil for a message that is no result.
    var resultID: ResultID? { properties.messageID.flatMap { ResultID($0) } }
}
