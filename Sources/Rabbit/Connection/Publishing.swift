internal import CRabbitMQ

/// Sending messages.
extension RabbitConnection {
    /// Makes the broker confirm every publish on the channel, the first one as number 1. `Publisher` counts them.
    public func enableConfirms(on channel: UInt16) throws(RabbitError) {
        try requireOpen(channel, for: "confirm.select")
        try call(
            amqp_confirm_select_t(nowait: 0), AMQP_CONFIRM_SELECT_METHOD, on: channel, during: "confirm.select",
            expecting: AMQP_CONFIRM_SELECT_OK_METHOD
        ) { _ in }
    }

    /// Sends a message. Without confirms the caller never learns whether it arrived. A missing exchange closes the
    /// channel with 404. Blocks while the socket accepts no more bytes, at most until the heartbeats run out.
    /// - Parameter mandatory: return the message if no queue takes it, instead of dropping it.
    public func publish(
        _ body: UnsafeRawBufferPointer, to exchange: String, routingKey: String, on channel: UInt16,
        properties: Properties = Properties(), mandatory: Bool = false
    ) throws(RabbitError) {
        try requireOpen(channel, for: "basic.publish to '\(exchange)'")
        try wire.publish(
            on: channel, exchange: exchange, routingKey: routingKey, mandatory: mandatory, properties: properties,
            body: body)
    }

    public func publish(
        _ body: [UInt8], to exchange: String, routingKey: String, on channel: UInt16,
        properties: Properties = Properties(), mandatory: Bool = false
    ) throws(RabbitError) {
        try body.withUnsafeBufferPointer { (bytes) throws(RabbitError) in
            try publish(
                UnsafeRawBufferPointer(bytes), to: exchange, routingKey: routingKey, on: channel,
                properties: properties, mandatory: mandatory)
        }
    }
}
