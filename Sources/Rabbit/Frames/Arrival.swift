internal import CRabbitMQ

/// What one frame, or several that belong together, amount to.
enum Arrival {
    case event(BrokerEvent)
    /// The answer to a synchronous method; the fields are valid until the next frame is read.
    case reply(UInt16, amqp_method_number_t, UnsafeRawPointer)
    /// The answer to `get`.
    case fetched(UInt16, ReceivedMessage)
    case closed(CloseReason)
}

/// Why the broker closed a channel or, as channel 0, the connection.
struct CloseReason {
    var channel: UInt16
    var code: Int
    var text: String
    /// The operation that the broker blames, or the one that was waiting for an answer.
    var during: String

    func error(_ address: RabbitAddress) -> RabbitError {
        .refused(target: address.description, code: code, text: text, during: during)
    }
}
