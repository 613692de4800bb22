internal import CRabbitMQ

extension RabbitConnection {
    /// Proves that this connection's user may publish to an exchange: publishes a message in a transaction and takes it
    /// back, so nobody receives it.
    ///
    /// - Parameter exchange: empty for the default exchange.
    /// - Throws: `RabbitError`; with code 403 if a right is missing, with 404 if there is no such exchange.
    public func provePublishing(to exchange: String, routingKey: String) throws(RabbitError) {
        let channel = try openChannel()
        let name = exchange.isEmpty ? "the default exchange" : "exchange '\(exchange)'"
        let during = "proof that publishing to \(name) is allowed"
        try call(
            amqp_tx_select_t(dummy: 0), AMQP_TX_SELECT_METHOD, on: channel, during: during,
            expecting: AMQP_TX_SELECT_OK_METHOD
        ) { _ in }
        try publish([UInt8](), to: exchange, routingKey: routingKey, on: channel)
        try call(
            amqp_tx_rollback_t(dummy: 0), AMQP_TX_ROLLBACK_METHOD, on: channel, during: during,
            expecting: AMQP_TX_ROLLBACK_OK_METHOD
        ) { _ in }
        try closeChannel(channel)
    }
}
