internal import CRabbitMQ

extension RabbitConnection {
    /// Processes one frame: answers what must be answered, stores an incomplete message, returns the rest.
    func take(_ frame: amqp_frame_t) throws(RabbitError) -> Arrival? {
        switch Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD:
            return try take(frame.payload.method, on: frame.channel)
        case AMQP_FRAME_HEADER:
            guard let channel = channel(frame.channel), let decoded = frame.payload.properties.decoded else {
                return nil
            }
            let raw = frame.payload.properties.raw
            let properties = Properties(
                decoded.load(as: amqp_basic_properties_t.self),
                raw: UnsafeRawBufferPointer(start: raw.bytes, count: raw.len))
            let content = channel.content.header(properties, size: frame.payload.properties.body_size)
            return content.flatMap { arrival(of: $0, on: frame.channel, channel) }
        case AMQP_FRAME_BODY:
            guard let channel = channel(frame.channel) else { return nil }
            let bytes = frame.payload.body_fragment
            let content = channel.content.fragment(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
            return content.flatMap { arrival(of: $0, on: frame.channel, channel) }
        default:
            return nil
        }
    }

    private func take(_ method: amqp_method_t, on number: UInt16) throws(RabbitError) -> Arrival? {
        guard let fields = UnsafeRawPointer(method.decoded) else { return nil }
        switch method.id {
        case AMQP_BASIC_DELIVER_METHOD, AMQP_BASIC_GET_OK_METHOD, AMQP_BASIC_RETURN_METHOD:
            begin(method.id, fields, on: number)
            return nil
        case AMQP_BASIC_ACK_METHOD:
            let ack = fields.load(as: amqp_basic_ack_t.self)
            return .event(
                .confirmed(channel: number, tag: ack.delivery_tag, multiple: ack.multiple != 0, positive: true))
        case AMQP_BASIC_NACK_METHOD:
            let nack = fields.load(as: amqp_basic_nack_t.self)
            return .event(
                .confirmed(channel: number, tag: nack.delivery_tag, multiple: nack.multiple != 0, positive: false))
        case AMQP_BASIC_CANCEL_METHOD:
            let tag = String(fields.load(as: amqp_basic_cancel_t.self).consumer_tag)
            return .event(.cancelled(channel: number, consumerTag: tag))
        case AMQP_BASIC_CANCEL_OK_METHOD:
            let tag = String(fields.load(as: amqp_basic_cancel_ok_t.self).consumer_tag)
            return .event(.cancelOk(channel: number, consumerTag: tag))
        case AMQP_CONNECTION_BLOCKED_METHOD:
            let reason = String(fields.load(as: amqp_connection_blocked_t.self).reason)
            blockedReason = reason
            return .event(.blocked(reason: reason))
        case AMQP_CONNECTION_UNBLOCKED_METHOD:
            blockedReason = nil
            return .event(.unblocked)
        case AMQP_CHANNEL_CLOSE_METHOD:
            return try channelClosed(fields.load(as: amqp_channel_close_t.self), number)
        case AMQP_CONNECTION_CLOSE_METHOD:
            return connectionClosed(fields.load(as: amqp_connection_close_t.self))
        default:
            return .reply(number, method.id, fields)
        }
    }

    private func begin(_ id: amqp_method_number_t, _ fields: UnsafeRawPointer, on number: UInt16) {
        guard let channel = channel(number) else { return }
        switch id {
        case AMQP_BASIC_DELIVER_METHOD:
            let deliver = fields.load(as: amqp_basic_deliver_t.self)
            channel.content.begin(
                .delivery(
                    consumerTag: channel.recentTag.read(deliver.consumer_tag), tag: deliver.delivery_tag,
                    redelivered: deliver.redelivered != 0, exchange: channel.recentExchange.read(deliver.exchange),
                    routingKey: String(deliver.routing_key)))
        case AMQP_BASIC_GET_OK_METHOD:
            let got = fields.load(as: amqp_basic_get_ok_t.self)
            channel.content.begin(
                .fetched(
                    tag: got.delivery_tag, redelivered: got.redelivered != 0, exchange: String(got.exchange),
                    routingKey: String(got.routing_key)))
        default:
            let back = fields.load(as: amqp_basic_return_t.self)
            channel.content.begin(
                .returned(
                    code: Int(back.reply_code), text: String(back.reply_text), exchange: String(back.exchange),
                    routingKey: String(back.routing_key)))
        }
    }

    private func arrival(of content: ContentAssembly.Content, on number: UInt16, _ channel: ChannelState) -> Arrival? {
        switch content.envelope {
        case .delivery(let consumerTag, let tag, let redelivered, let exchange, let routingKey):
            guard !channel.isClosing else { return nil }
            return .event(
                .delivery(
                    ReceivedMessage(
                        consumerTag: consumerTag, channel: number, tag: tag, redelivered: redelivered,
                        exchange: exchange, routingKey: routingKey, properties: content.properties,
                        body: content.body)))
        case .fetched(let tag, let redelivered, let exchange, let routingKey):
            return .fetched(
                number,
                ReceivedMessage(
                    consumerTag: "", channel: number, tag: tag, redelivered: redelivered, exchange: exchange,
                    routingKey: routingKey, properties: content.properties, body: content.body))
        case .returned(let code, let text, let exchange, let routingKey):
            return .event(
                .returned(
                    ReturnedMessage(
                        channel: number, code: code, text: text, exchange: exchange, routingKey: routingKey,
                        properties: content.properties, body: content.body)))
        }
    }

    private func channelClosed(_ close: amqp_channel_close_t, _ number: UInt16) throws(RabbitError) -> Arrival? {
        let reason = CloseReason(
            channel: number, code: Int(close.reply_code), text: String(close.reply_text),
            during: "\(Self.name(close.class_id, close.method_id)) on channel \(number)")
        try wire.send(
            amqp_channel_close_ok_t(dummy: 0), AMQP_CHANNEL_CLOSE_OK_METHOD, on: number, during: "channel.close-ok")
        // Both sides closed at the same time: the answer to our close is still to come.
        if channel(number)?.isClosing == true { return nil }
        forget(channel: number)
        return .closed(reason)
    }

    private func connectionClosed(_ close: amqp_connection_close_t) -> Arrival {
        let reason = CloseReason(
            channel: 0, code: Int(close.reply_code), text: String(close.reply_text),
            during: close.class_id == 0 ? "connection" : Self.name(close.class_id, close.method_id))
        // A courtesy: the broker closes the socket whether or not it is read.
        try? wire.send(
            amqp_connection_close_ok_t(dummy: 0), AMQP_CONNECTION_CLOSE_OK_METHOD, on: 0,
            during: "connection.close-ok")
        wire.abandon("closed by the broker: \(reason.code) \(reason.text)")
        return .closed(reason)
    }

    /// The method that the broker blames, in AMQP's spelling: `basic.publish`.
    private static func name(_ classID: UInt16, _ methodID: UInt16) -> String {
        let id = UInt32(classID) << 16 | UInt32(methodID)
        // librabbitmq has "AMQP_BASIC_PUBLISH_METHOD".
        guard let spelled = amqp_method_name(id) else { return "method \(classID).\(methodID)" }
        let words = String(cString: spelled).lowercased().split(separator: "_").dropFirst().dropLast()
        return "\(words.first ?? "").\(words.dropFirst().joined(separator: "-"))"
    }
}
