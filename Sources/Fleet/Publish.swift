import Contract
import LeadModel
import Rabbit
import Registry

extension Lane {
    /// Sends a batch's results and refusals. From now on it is under way, and `settle` looks after it.
    func publish(_ done: Done, of batch: Batch) throws {
        var messages: [OutgoingMessage] = []
        messages.reserveCapacity(done.outcomes.count + done.refused.count)
        for outcome in done.outcomes { if let result = try render(outcome) { messages.append(result) } }
        messages += rejections(done, of: batch)
        let half = messages.count / 2
        try send(messages[..<half])
        let loses = fails(at: .publish, batch.work.map(\.id))
        try send(messages[half...])
        if loses { throw publisher.connection.lose() }
        inFlight.append(
            InFlightBatch(
                batch, done, ids: options.failPoints == nil ? [] : batch.work.map(\.id), messages: messages,
                last: publisher.last))
        heldSince = nil
    }

    /// Sends messages as long as the broker takes anything.
    func send(_ messages: some Sequence<OutgoingMessage>) throws {
        try publisher.inOneGo {
            for (number, message) in messages.enumerated() {
                // What the broker says meanwhile is heard before its buffers and ours are full.
                if number % 32 == 31 { try publisher.poll() }
                try awaitUnblocked()
                try publisher.publish(
                    message.body, to: message.exchange, routingKey: message.routingKey, properties: message.properties,
                    mandatory: message.isMandatory)
            }
        }
    }

    /// Waits as long as an alarm keeps the broker from taking anything.
    private func awaitUnblocked() throws {
        while publisher.isBlocked { try keepAlive(for: .milliseconds(200)) }
    }

    func sayWhetherBlocked() {
        if publisher.isBlocked {
            shared.outages.began("RabbitMQ", lane: number, "it takes no results: an alarm of memory or disk")
        } else {
            shared.outages.ended("RabbitMQ", lane: number)
        }
    }

    /// What is set aside. Each body is cut into its elements at most once, however many of them are refused.
    private func rejections(_ done: Done, of batch: Batch) -> [OutgoingMessage] {
        var elements: [Int: [[UInt8]]] = [:]
        return done.refused.map { origin, refusal in
            let delivery = batch.parcels[origin.parcel].delivery
            guard let number = origin.element else { return .rejected(delivery, nil, refusal, at: now) }
            if elements[origin.parcel] == nil { elements[origin.parcel] = BatchElements.of(delivery.body) ?? [] }
            let bytes = elements[origin.parcel].flatMap { $0.indices.contains(number) ? $0[number] : nil }
            return .rejected(delivery, bytes.map { (number, $0) }, refusal, at: now)
        }
    }

    /// A result as a message. The reasons follow from version and evidence, so a former version is read if need be.
    private func render(_ outcome: Outcome) throws -> OutgoingMessage? {
        if outcome.kind == .contact { return try renderErased(outcome) }
        var scorecard: Scorecard?
        if let scoring = outcome.record.scoring, let entity = outcome.kind.entity {
            scorecard = try whileRedisIsThere {
                try view.scorecard(scoring.model, organization: outcome.organization, entity: entity)
            }
            if scorecard == nil {
                shared.log.error(
                    "\(outcome.organization): model \(scoring.model) is gone from the registry: a result has no reasons"
                )
            }
        }
        return .result(outcome, scorecard: scorecard)
    }

    /// That a contact was erased, with all that named it, to whoever may hold what was read from it.
    private func renderErased(_ outcome: Outcome) throws -> OutgoingMessage? {
        guard let notice = outcome.record.notice else { return nil }
        let referrers = try whileRedisIsThere { () -> [(kind: RecordKind, id: Exact)] in
            guard let organization = try view.organization(outcome.organization) else { return [] }
            return try FanOuts(redis).referrers(
                of: place(of: outcome.kind, outcome.id, in: outcome.organization, organization))
        }
        let erased = ContactErased(
            organization: outcome.organization, id: outcome.id, revision: notice.revision,
            leads: referrers.filter { $0.kind == .lead }.map(\.id),
            opportunities: referrers.filter { $0.kind == .opportunity }.map(\.id))
        return OutgoingMessage(erased.message(), queue: nil)
    }
}
