import Contract
import LeadModel
import Rabbit
import Registry

extension Lane {
    /// Publishes results and refusals, and returns when the broker has confirmed all of it.
    ///
    /// A result that the broker refuses, since some consumer's queue does, is put on the undelivered queue, confirmed.
    /// One that comes back as unroutable means damaged topology: the lane begins anew and proves it.
    func publish(_ done: Done, of batch: Batch) throws {
        guard !done.outcomes.isEmpty || !done.refused.isEmpty else { return }
        var messages: [Message] = []
        messages.reserveCapacity(done.outcomes.count + done.refused.count)
        for outcome in done.outcomes { if let result = try render(outcome) { messages.append(result) } }
        messages += rejections(done, of: batch)

        let problems = try send(messages)
        let refused = try problems.map { problem in
            switch problem {
            case .refused(let index) where messages[index].exchange == Names.scores.name:
                messages[index].undelivered(at: now)
            default: throw TopologyDamaged()
            }
        }
        guard try send(refused).isEmpty else { throw TopologyDamaged() }
        shared.tally.add([.refused: done.refused.count, .undelivered: refused.count])
    }

    /// What is set aside. Each body is cut into its elements at most once, however many of them are refused.
    private func rejections(_ done: Done, of batch: Batch) -> [Message] {
        var elements: [Int: [[UInt8]]] = [:]
        return done.refused.map { origin, refusal in
            let delivery = batch.parcels[origin.parcel].delivery
            guard let number = origin.element else { return .rejected(delivery, nil, refusal, at: now) }
            if elements[origin.parcel] == nil { elements[origin.parcel] = BatchElements.of(delivery.body) ?? [] }
            let bytes = elements[origin.parcel].flatMap { $0.indices.contains(number) ? $0[number] : nil }
            return .rejected(delivery, bytes.map { (number, $0) }, refusal, at: now)
        }
    }

    private enum Problem {
        case refused(Int)
        case returned
    }

    /// Publishes and waits for all confirms, as long as the broker takes anything.
    ///
    /// - Returns: what went wrong, by index.
    private func send(_ messages: [Message]) throws -> [Problem] {
        guard !messages.isEmpty else { return [] }
        let first = publisher.last + 1
        for (number, message) in messages.enumerated() {
            // What the broker says meanwhile is heard before its buffers and ours are full.
            if number % 32 == 31 { try publisher.poll() }
            try awaitUnblocked()
            try publisher.publish(
                message.body, to: message.exchange, routingKey: message.routingKey, properties: message.properties,
                mandatory: true)
        }
        var interruption: (any Error)?
        let problems = try publisher.awaitConfirms(timeout: .seconds(30)) {
            do {
                sayWhetherBlocked()
                try keepAlive(for: .zero)
                return true
            } catch {
                interruption = error
                return false
            }
        }
        if let interruption { throw interruption }
        sayWhetherBlocked()
        return (problems ?? []).map { problem in
            switch problem {
            case .refused(let sequence): .refused(Int(sequence - first))
            case .returned: .returned
            }
        }
    }

    /// Waits as long as an alarm keeps the broker from taking anything.
    private func awaitUnblocked() throws {
        guard publisher.isBlocked else { return }
        sayWhetherBlocked()
        while publisher.isBlocked { try keepAlive(for: .milliseconds(200)) }
        sayWhetherBlocked()
    }

    private func sayWhetherBlocked() {
        if publisher.isBlocked {
            shared.outages.began("RabbitMQ", lane: number, "it takes no results: an alarm of memory or disk")
        } else {
            shared.outages.ended("RabbitMQ", lane: number)
        }
    }

    /// A result as a message. The reasons follow from version and evidence, so a former version is read if need be.
    private func render(_ outcome: Outcome) throws -> Message? {
        var scorecard: Scorecard?
        if let scoring = outcome.record.scoring {
            scorecard = try whileRedisIsThere {
                try view.scorecard(scoring.model, organization: outcome.organization, entity: outcome.entity)
            }
            if scorecard == nil {
                shared.log.error(
                    "\(outcome.organization): model \(scoring.model) is gone from the registry: a result has no reasons"
                )
            }
        }
        return .result(outcome, scorecard: scorecard)
    }

    struct TopologyDamaged: Error, CustomStringConvertible {
        var description: String { "a message found no queue, or its queue refused it: topology is proved again" }
    }
}
