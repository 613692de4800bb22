internal import CRabbitMQ

/// Taking messages and settling them.
extension RabbitConnection {
    /// Bounds the unacked deliveries of each consumer that starts on the channel afterwards. Streams require it.
    public func setPrefetch(_ count: UInt16, on channel: UInt16) throws(RabbitError) {
        try need(channel, for: "basic.qos")
        // Not global: quorum queues refuse that by closing the connection.
        let request = amqp_basic_qos_t(prefetch_size: 0, prefetch_count: count, global: 0)
        try call(
            request, AMQP_BASIC_QOS_METHOD, on: channel, during: "basic.qos", expecting: AMQP_BASIC_QOS_OK_METHOD
        ) { _ in }
    }

    /// Starts a consumer; its messages come through `receive` and must be acked.
    /// - Parameter tag: the consumer's name on this channel; empty to let the broker choose one.
    /// - Returns: the tag.
    @discardableResult
    public func consume(
        _ queue: String, on channel: UInt16, tag: String = "", exclusive: Bool = false,
        arguments: [String: Argument] = [:]
    ) throws(RabbitError) -> String {
        let during = "basic.consume '\(queue)'"
        try need(channel, for: during)
        let arena = wire.arena
        let request = amqp_basic_consume_t(
            ticket: 0, queue: arena.bytes(queue), consumer_tag: arena.bytes(tag), no_local: 0, no_ack: 0,
            exclusive: exclusive ? 1 : 0, nowait: 0, arguments: arena.table(arguments))
        return try call(
            request, AMQP_BASIC_CONSUME_METHOD, on: channel, during: during, expecting: AMQP_BASIC_CONSUME_OK_METHOD
        ) { String($0.load(as: amqp_basic_consume_ok_t.self).consumer_tag) }
    }

    /// Asks for the end of a consumer and does not wait: deliveries may follow until `.cancelOk` arrives. What it
    /// was given stays unacked until it is acked or the channel closes.
    public func cancel(tag: String, on channel: UInt16) throws(RabbitError) {
        try need(channel, for: "basic.cancel '\(tag)'")
        try wire.send(
            amqp_basic_cancel_t(consumer_tag: wire.arena.bytes(tag), nowait: 0), AMQP_BASIC_CANCEL_METHOD, on: channel,
            during: "basic.cancel '\(tag)'")
    }

    /// Takes one message, which must be acked; nil if none is ready.
    public func get(_ queue: String, on channel: UInt16) throws(RabbitError) -> ReceivedMessage? {
        let during = "basic.get '\(queue)'"
        try need(channel, for: during)
        let request = amqp_basic_get_t(ticket: 0, queue: wire.arena.bytes(queue), no_ack: 0)
        try wire.send(request, AMQP_BASIC_GET_METHOD, on: channel, during: during)
        return try awaitAnswer(on: channel, during: during) { arrival -> ReceivedMessage?? in
            switch arrival {
            case .got(_, let delivery): .some(delivery)
            case .reply(_, AMQP_BASIC_GET_EMPTY_METHOD, _): .some(nil)
            default: nil
            }
        }
    }

    /// Settles a delivery, with `multiple` all unacked ones of the channel up to it. Has no answer: if the
    /// connection is lost, the broker may not have heard it. A tag that is not open closes the channel with 406.
    public func ack(_ tag: UInt64, on channel: UInt16, multiple: Bool = false) throws(RabbitError) {
        try need(channel, for: "basic.ack")
        try wire.send(
            amqp_basic_ack_t(delivery_tag: tag, multiple: multiple ? 1 : 0), AMQP_BASIC_ACK_METHOD, on: channel,
            during: "basic.ack")
    }

    /// Gives a delivery back, or, without `requeue`, drops it to the queue's dead-letter exchange if it has one.
    public func nack(
        _ tag: UInt64, on channel: UInt16, multiple: Bool = false, requeue: Bool = true
    ) throws(RabbitError) {
        try need(channel, for: "basic.nack")
        try wire.send(
            amqp_basic_nack_t(delivery_tag: tag, multiple: multiple ? 1 : 0, requeue: requeue ? 1 : 0),
            AMQP_BASIC_NACK_METHOD, on: channel, during: "basic.nack")
    }

    /// Makes the broker answer every publish on the channel, the first one as number 1. `Publisher` keeps count.
    public func enableConfirms(on channel: UInt16) throws(RabbitError) {
        try need(channel, for: "confirm.select")
        try call(
            amqp_confirm_select_t(nowait: 0), AMQP_CONFIRM_SELECT_METHOD, on: channel, during: "confirm.select",
            expecting: AMQP_CONFIRM_SELECT_OK_METHOD
        ) { _ in }
    }

    /// Sends a message. Without confirms nothing tells whether it arrived; a missing exchange closes the channel
    /// with 404. Blocks while the socket takes no more, at most until the heartbeats run out.
    /// - Parameter mandatory: return the message if no queue takes it, instead of dropping it.
    public func publish(
        _ body: UnsafeRawBufferPointer, to exchange: String, routingKey: String, on channel: UInt16,
        properties: Properties = Properties(), mandatory: Bool = false
    ) throws(RabbitError) {
        try need(channel, for: "basic.publish to '\(exchange)'")
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
