internal import CRabbitMQ

/// Calls that wait for the broker's answer.
extension RabbitConnection {
    /// Sends a method and reads until its answer arrives. `read` gets the answer's fields, which are valid only within it.
    func call<Method, Answer>(
        _ method: Method, _ id: amqp_method_number_t, on channel: UInt16, during: String,
        expecting answer: amqp_method_number_t, _ read: (UnsafeRawPointer) -> Answer
    ) throws(RabbitError) -> Answer {
        try wire.send(method, id, on: channel, during: during)
        return try awaitAnswer(on: channel, during: during) { arrival in
            if case .reply(_, answer, let fields) = arrival { read(fields) } else { nil }
        }
    }

    /// Reads until `answer` returns something for an arrival on `channel`; everything else is stored for `receive`.
    func awaitAnswer<Answer>(
        on channel: UInt16, during: String, _ answer: (Arrival) -> Answer?
    ) throws(RabbitError) -> Answer {
        let deadline = ContinuousClock.now + timeout
        while let frame = try wire.frame(within: max(.zero, deadline - .now), during: during) {
            guard let arrival = try take(frame) else { continue }
            switch arrival {
            case .closed(var reason) where reason.channel == channel || reason.channel == 0:
                reason.during = during
                throw reason.error(address)
            case .reply(channel, _, _), .fetched(channel, _):
                if let answer = answer(arrival) { return answer }
            case .reply, .fetched: continue
            case .event, .closed: pending.append(arrival)
            }
            // Otherwise a steady stream of frames would let the call wait for ever.
            if ContinuousClock.now > deadline { break }
        }
        wire.abandon("\(during) timed out")
        throw .timedOut(target: address.description, during: during, after: timeout)
    }
}
