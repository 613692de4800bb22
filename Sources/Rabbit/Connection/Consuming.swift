internal import CRabbitMQ

/// Receiving messages and settling them.
extension RabbitConnection {
    /// Limits the unacked deliveries of each consumer that starts on the channel afterwards. Streams require a limit.
    public func setPrefetch(_ count: UInt16, on channel: UInt16) throws(RabbitError) {
        try requireOpen(channel, for: "basic.qos")
        // Per consumer: quorum queues refuse a limit per channel by closing the connection.
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
        try requireOpen(channel, for: during)
        let arena = wire.arena
        let request = amqp_basic_consume_t(
            ticket: 0, queue: arena.bytes(queue), consumer_tag: arena.bytes(tag), no_local: 0, no_ack: 0,
            exclusive: exclusive ? 1 : 0, nowait: 0, arguments: arena.table(arguments))
        return try call(
            request, AMQP_BASIC_CONSUME_METHOD, on: channel, during: during, expecting: AMQP_BASIC_CONSUME_OK_METHOD
        ) { String($0.load(as: amqp_basic_consume_ok_t.self).consumer_tag) }
    }

    /// Asks the broker to end a consumer and does not wait: deliveries may follow until `.cancelOk` arrives. The
    /// consumer's deliveries stay unacked until they are acked or the channel closes.
    public func cancel(tag: String, on channel: UInt16) throws(RabbitError) {
        try requireOpen(channel, for: "basic.cancel '\(tag)'")
        try wire.send(
            amqp_basic_cancel_t(consumer_tag: wire.arena.bytes(tag), nowait: 0), AMQP_BASIC_CANCEL_METHOD, on: channel,
            during: "basic.cancel '\(tag)'")
    }

    /// Fetches one message, which must be acked; nil if none is ready.
    public func get(_ queue: String, on channel: UInt16) throws(RabbitError) -> ReceivedMessage? {
        let during = "basic.get '\(queue)'"
        try requireOpen(channel, for: during)
        let request = amqp_basic_get_t(ticket: 0, queue: wire.arena.bytes(queue), no_ack: 0)
        try wire.send(request, AMQP_BASIC_GET_METHOD, on: channel, during: during)
        return try awaitAnswer(on: channel, during: during) { arrival -> ReceivedMessage?? in
            switch arrival {
            case .fetched(_, let message): .some(message)
            case .reply(_, AMQP_BASIC_GET_EMPTY_METHOD, _): .some(nil)
            default: nil
            }
        }
    }

    /// Acknowledges a delivery, or with `multiple` all unacked ones of the channel up to it. The broker sends no answer:
    /// if the connection is lost, it may not have received the ack. An unknown tag closes the channel with 406.
    public func ack(_ tag: UInt64, on channel: UInt16, multiple: Bool = false) throws(RabbitError) {
        try requireOpen(channel, for: "basic.ack")
        try wire.send(
            amqp_basic_ack_t(delivery_tag: tag, multiple: multiple ? 1 : 0), AMQP_BASIC_ACK_METHOD, on: channel,
            during: "basic.ack")
    }

    /// Requeues a delivery, or without `requeue` drops it, to the queue's dead-letter exchange if it has one.
    public func nack(
        _ tag: UInt64, on channel: UInt16, multiple: Bool = false, requeue: Bool = true
    ) throws(RabbitError) {
        try requireOpen(channel, for: "basic.nack")
        try wire.send(
            amqp_basic_nack_t(delivery_tag: tag, multiple: multiple ? 1 : 0, requeue: requeue ? 1 : 0),
            AMQP_BASIC_NACK_METHOD, on: channel, during: "basic.nack")
    }

    /// Shows the broker that this side lives, while the connection is not read. Call it as often as you like: it sends
    /// something every few seconds.
    public func sendHeartbeat() throws(RabbitError) { try wire.sendHeartbeat() }
}
