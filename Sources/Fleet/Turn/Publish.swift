import Contract
import LeadModel
import Rabbit
import Registry

extension Lane {
    /// Sends a batch's results and refusals. From then on the batch is in flight until `settle` acknowledges it.
    func publish(_ output: TurnOutput, of batch: Batch) throws {
        var messages: [OutgoingMessage] = []
        messages.reserveCapacity(output.results.count + output.refused.count)
        for result in output.results { if let message = try render(result) { messages.append(message) } }
        if !shared.stuck.isEmpty { messages = messages.compactMap(divertIfStuck) }
        let rejected = rejections(output.refused, of: batch)
        messages += rejected
        let half = messages.count / 2
        try send(messages[..<half])
        let loses = fails(at: .publish, batch.work.map(\.id))
        try send(messages[half...])
        if loses { throw publisher.connection.lose() }
        inFlight.append(
            InFlightBatch(
                batch, output, rejected: rejected, ids: options.failPoints == nil ? [] : batch.work.map(\.id),
                messages: messages,
                last: publisher.last))
        (heldSince, inTurn) = (nil, [])
    }

    /// Sends messages, and waits while the broker takes none.
    func send(_ messages: some Sequence<OutgoingMessage>) throws {
        var sizes = SentSizes()
        defer { shared.tally.add(sizes) }
        try publisher.inOneGo {
            for (number, message) in messages.enumerated() {
                // Confirms are read in between, before the broker's buffers and ours are full.
                if number % 32 == 31 { try publisher.poll() }
                try awaitUnblocked()
                try publisher.publish(
                    message.body, to: message.exchange, routingKey: message.routingKey, properties: message.properties,
                    mandatory: message.isMandatory)
                sizes.add(message)
            }
        }
    }

    /// Waits while an alarm blocks the connection.
    private func awaitUnblocked() throws {
        while publisher.isBlocked { try keepAlive(for: .milliseconds(200)) }
    }

    func reportWhetherBlocked() {
        if publisher.isBlocked {
            shared.outages.began("RabbitMQ", for: name, "it takes no results: a memory or disk alarm")
        } else {
            shared.outages.ended("RabbitMQ", for: name)
        }
    }

    /// What goes to the queue of rejected messages. Each body is cut into its elements at most once.
    private func rejections(_ refused: [(origin: Origin, refusal: Refusal)], of batch: Batch) -> [OutgoingMessage] {
        var elements: [Int: [[UInt8]]] = [:]
        return refused.map { origin, refusal in
            let message = batch.deliveries[origin.delivery].message
            let isBare = shared.offenders.contains(message)
            if !isBare { carried.append(message.fingerprint) }
            guard let number = origin.element else {
                return .rejected(message, nil, refusal, isBare: isBare, at: now)
            }
            if elements[origin.delivery] == nil { elements[origin.delivery] = message.batchElements ?? [] }
            let bytes = elements[origin.delivery].flatMap { $0.indices.contains(number) ? $0[number] : nil }
            return .rejected(message, bytes.map { (number, $0) }, refusal, isBare: isBare, at: now)
        }
    }

    /// A result as a message. Its reasons follow from version and evidence, so the scorecard of a former version may be read.
    private func render(_ result: OutgoingResult) throws -> OutgoingMessage? {
        if result.kind == .contact { return try renderErased(result) }
        var scorecard: Scorecard?
        if let scoring = result.record.scoring, let entity = result.kind.entity {
            scorecard = try whileRedisIsThere {
                try view.readableScorecard(scoring.model, organization: result.organization, entity: entity)
            }
        }
        return .result(result, scorecard: scorecard)
    }

    /// The erasure of a contact, with all its referrers: consumers may hold what was read from it.
    private func renderErased(_ result: OutgoingResult) throws -> OutgoingMessage? {
        guard let notice = result.record.notice else { return nil }
        let referrers = try whileRedisIsThere { () -> [(kind: RecordKind, id: Exact)] in
            guard let organization = try view.organization(result.organization) else { return [] }
            return try FanOuts(redis).referrers(
                of: place(of: result.kind, result.id, in: result.organization, organization))
        }
        let erased = ContactErased(
            organization: result.organization, id: result.id, revision: notice.revision,
            leads: referrers.filter { $0.kind == .lead }.map(\.id),
            opportunities: referrers.filter { $0.kind == .opportunity }.map(\.id))
        return OutgoingMessage(erased.message(), queue: nil)
    }
}
