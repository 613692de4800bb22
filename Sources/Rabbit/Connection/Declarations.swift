internal import CRabbitMQ

/// Exchanges, queues and bindings.
///
/// Declaring something that exists changes nothing if the arguments are equal; otherwise the broker refuses it with 406.
/// It refuses a passive declaration of something that does not exist with 404. A refusal closes the channel.
extension RabbitConnection {
    /// - Parameters:
    ///   - alternate: the exchange that gets the messages which no binding matches.
    ///   - passive: only checks that it exists.
    public func declareExchange(
        _ name: String, type: String, on channel: UInt16, durable: Bool = true, alternate: String? = nil,
        arguments: [String: Argument] = [:], passive: Bool = false
    ) throws(RabbitError) {
        let during = "exchange.declare '\(name)'"
        try requireOpen(channel, for: during)
        var arguments = arguments
        if let alternate { arguments["alternate-exchange"] = .text(alternate) }
        let arena = wire.arena
        let request = amqp_exchange_declare_t(
            ticket: 0, exchange: arena.bytes(name), type: arena.bytes(type), passive: passive ? 1 : 0,
            durable: durable ? 1 : 0, auto_delete: 0, internal: 0, nowait: 0, arguments: arena.table(arguments))
        try call(
            request, AMQP_EXCHANGE_DECLARE_METHOD, on: channel, during: during,
            expecting: AMQP_EXCHANGE_DECLARE_OK_METHOD
        ) { _ in }
    }

    public func deleteExchange(_ name: String, on channel: UInt16) throws(RabbitError) {
        let during = "exchange.delete '\(name)'"
        try requireOpen(channel, for: during)
        let request = amqp_exchange_delete_t(ticket: 0, exchange: wire.arena.bytes(name), if_unused: 0, nowait: 0)
        try call(
            request, AMQP_EXCHANGE_DELETE_METHOD, on: channel, during: during,
            expecting: AMQP_EXCHANGE_DELETE_OK_METHOD
        ) { _ in }
    }

    /// - Parameters:
    ///   - name: empty to let the broker choose one.
    ///   - exclusive: only this connection may use it, and it is deleted with the connection.
    @discardableResult
    public func declareQueue(
        _ name: String, on channel: UInt16, durable: Bool = true, exclusive: Bool = false, autoDelete: Bool = false,
        arguments: [String: Argument] = [:], passive: Bool = false
    ) throws(RabbitError) -> QueueState {
        let during = "queue.declare '\(name)'"
        try requireOpen(channel, for: during)
        let arena = wire.arena
        let request = amqp_queue_declare_t(
            ticket: 0, queue: arena.bytes(name), passive: passive ? 1 : 0, durable: durable ? 1 : 0,
            exclusive: exclusive ? 1 : 0, auto_delete: autoDelete ? 1 : 0, nowait: 0,
            arguments: arena.table(arguments))
        return try call(
            request, AMQP_QUEUE_DECLARE_METHOD, on: channel, during: during, expecting: AMQP_QUEUE_DECLARE_OK_METHOD
        ) { fields in
            let answer = fields.load(as: amqp_queue_declare_ok_t.self)
            return QueueState(
                name: String(answer.queue), messageCount: Int(answer.message_count),
                consumerCount: Int(answer.consumer_count))
        }
    }

    public func bind(
        queue: String, to exchange: String, key: String, on channel: UInt16, arguments: [String: Argument] = [:]
    ) throws(RabbitError) {
        let during = "queue.bind '\(queue)' to '\(exchange)'"
        try requireOpen(channel, for: during)
        let arena = wire.arena
        let request = amqp_queue_bind_t(
            ticket: 0, queue: arena.bytes(queue), exchange: arena.bytes(exchange), routing_key: arena.bytes(key),
            nowait: 0, arguments: arena.table(arguments))
        try call(
            request, AMQP_QUEUE_BIND_METHOD, on: channel, during: during, expecting: AMQP_QUEUE_BIND_OK_METHOD
        ) { _ in }
    }

    public func unbind(
        queue: String, from exchange: String, key: String, on channel: UInt16, arguments: [String: Argument] = [:]
    ) throws(RabbitError) {
        let during = "queue.unbind '\(queue)' from '\(exchange)'"
        try requireOpen(channel, for: during)
        let arena = wire.arena
        let request = amqp_queue_unbind_t(
            ticket: 0, queue: arena.bytes(queue), exchange: arena.bytes(exchange), routing_key: arena.bytes(key),
            arguments: arena.table(arguments))
        try call(
            request, AMQP_QUEUE_UNBIND_METHOD, on: channel, during: during, expecting: AMQP_QUEUE_UNBIND_OK_METHOD
        ) { _ in }
    }

    /// Deletes a queue, if it exists, with its messages; returns how many of them were ready.
    @discardableResult
    public func deleteQueue(_ name: String, on channel: UInt16) throws(RabbitError) -> Int {
        let during = "queue.delete '\(name)'"
        try requireOpen(channel, for: during)
        let request = amqp_queue_delete_t(
            ticket: 0, queue: wire.arena.bytes(name), if_unused: 0, if_empty: 0, nowait: 0)
        return try call(
            request, AMQP_QUEUE_DELETE_METHOD, on: channel, during: during, expecting: AMQP_QUEUE_DELETE_OK_METHOD
        ) { Int($0.load(as: amqp_queue_delete_ok_t.self).message_count) }
    }

    /// Drops the ready messages of a queue, and returns how many.
    @discardableResult
    public func purge(_ queue: String, on channel: UInt16) throws(RabbitError) -> Int {
        let during = "queue.purge '\(queue)'"
        try requireOpen(channel, for: during)
        let request = amqp_queue_purge_t(ticket: 0, queue: wire.arena.bytes(queue), nowait: 0)
        return try call(
            request, AMQP_QUEUE_PURGE_METHOD, on: channel, during: during, expecting: AMQP_QUEUE_PURGE_OK_METHOD
        ) { Int($0.load(as: amqp_queue_purge_ok_t.self).message_count) }
    }
}
