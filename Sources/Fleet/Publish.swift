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
        for (origin, refusal) in done.refused {
            messages.append(.rejected(batch.parcels[origin.parcel], origin.element, refusal, at: now))
        }

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
        for message in messages {
            while publisher.isBlocked { try keepAlive(for: .milliseconds(200)) }
            try publisher.publish(
                message.body, to: message.exchange, routingKey: message.routingKey, properties: message.properties,
                mandatory: true)
        }
        var interruption: (any Error)?
        let problems = try publisher.awaitConfirms(timeout: .seconds(30)) {
            do {
                try keepAlive(for: .zero)
                return true
            } catch {
                interruption = error
                return false
            }
        }
        if let interruption { throw interruption }
        return (problems ?? []).map { problem in
            switch problem {
            case .refused(let sequence): .refused(Int(sequence - first))
            case .returned: .returned
            }
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
