internal import CRabbitMQ

/// What the reading side keeps of a channel.
final class Channel {
    var content = ContentAssembly()
    var recentTag = RecentText()
    var recentExchange = RecentText()
    /// True once we asked to close it: its deliveries can no longer be acked and are dropped.
    var isClosing = false
}

/// What a frame, or a row of them, came to.
enum Arrival {
    case incoming(Incoming)
    /// The answer to a synchronous method; the fields are valid until the next frame is read.
    case reply(UInt16, amqp_method_number_t, UnsafeRawPointer)
    /// The answer to `get`.
    case got(UInt16, ReceivedMessage)
    case closed(Closing)
}

/// The broker closed a channel, or (channel 0) the connection.
struct Closing {
    var channel: UInt16
    var code: Int
    var text: String
    /// What it says went wrong, or what was waiting.
    var during: String

    func error(_ address: RabbitAddress) -> RabbitError {
        .refused(target: address.description, code: code, text: text, during: during)
    }
}

extension RabbitConnection {
    /// Works one frame: answers what must be answered, keeps what is not whole yet, returns the rest.
    func take(_ frame: amqp_frame_t) throws(RabbitError) -> Arrival? {
        switch Int32(frame.frame_type) {
        case AMQP_FRAME_METHOD:
            return try take(frame.payload.method, on: frame.channel)
        case AMQP_FRAME_HEADER:
            guard let channel = channel(frame.channel), let decoded = frame.payload.properties.decoded else {
                return nil
            }
            let properties = Properties(decoded.load(as: amqp_basic_properties_t.self))
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
            return .incoming(
                .confirmed(channel: number, tag: ack.delivery_tag, multiple: ack.multiple != 0, positive: true))
        case AMQP_BASIC_NACK_METHOD:
            let nack = fields.load(as: amqp_basic_nack_t.self)
            return .incoming(
                .confirmed(channel: number, tag: nack.delivery_tag, multiple: nack.multiple != 0, positive: false))
        case AMQP_BASIC_CANCEL_METHOD:
            let tag = String(fields.load(as: amqp_basic_cancel_t.self).consumer_tag)
            return .incoming(.cancelled(channel: number, consumerTag: tag))
        case AMQP_BASIC_CANCEL_OK_METHOD:
            let tag = String(fields.load(as: amqp_basic_cancel_ok_t.self).consumer_tag)
            return .incoming(.cancelOk(channel: number, consumerTag: tag))
        case AMQP_CONNECTION_BLOCKED_METHOD:
            let reason = String(fields.load(as: amqp_connection_blocked_t.self).reason)
            blockedReason = reason
            return .incoming(.blocked(reason: reason))
        case AMQP_CONNECTION_UNBLOCKED_METHOD:
            blockedReason = nil
            return .incoming(.unblocked)
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
                .got(
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

    private func arrival(of content: ContentAssembly.Content, on number: UInt16, _ channel: Channel) -> Arrival? {
        switch content.envelope {
        case .delivery(let consumerTag, let tag, let redelivered, let exchange, let routingKey):
            guard !channel.isClosing else { return nil }
            return .incoming(
                .delivery(
                    ReceivedMessage(
                        consumerTag: consumerTag, channel: number, tag: tag, redelivered: redelivered,
                        exchange: exchange, routingKey: routingKey, properties: content.properties,
                        body: content.body)))
        case .got(let tag, let redelivered, let exchange, let routingKey):
            return .got(
                number,
                ReceivedMessage(
                    consumerTag: "", channel: number, tag: tag, redelivered: redelivered, exchange: exchange,
                    routingKey: routingKey, properties: content.properties, body: content.body))
        case .returned(let code, let text, let exchange, let routingKey):
            return .incoming(
                .returned(
                    Returned(
                        channel: number, code: code, text: text, exchange: exchange, routingKey: routingKey,
                        properties: content.properties, body: content.body)))
        }
    }

    private func channelClosed(_ close: amqp_channel_close_t, _ number: UInt16) throws(RabbitError) -> Arrival? {
        let closing = Closing(
            channel: number, code: Int(close.reply_code), text: String(close.reply_text),
            during: "\(Self.name(close.class_id, close.method_id)) on channel \(number)")
        try wire.send(
            amqp_channel_close_ok_t(dummy: 0), AMQP_CHANNEL_CLOSE_OK_METHOD, on: number, during: "channel.close-ok")
        // Both sides closed at once: the answer to ours is still to come.
        if channel(number)?.isClosing == true { return nil }
        forget(channel: number)
        return .closed(closing)
    }

    private func connectionClosed(_ close: amqp_connection_close_t) -> Arrival {
        let closing = Closing(
            channel: 0, code: Int(close.reply_code), text: String(close.reply_text),
            during: close.class_id == 0 ? "connection" : Self.name(close.class_id, close.method_id))
        // A courtesy: the broker closes the socket whether or not it is read.
        try? wire.send(
            amqp_connection_close_ok_t(dummy: 0), AMQP_CONNECTION_CLOSE_OK_METHOD, on: 0,
            during: "connection.close-ok")
        wire.abandon("closed by the broker: \(closing.code) \(closing.text)")
        return .closed(closing)
    }

    /// The method that the broker blames, as AMQP spells it: `basic.publish`.
    private static func name(_ classID: UInt16, _ methodID: UInt16) -> String {
        let id = UInt32(classID) << 16 | UInt32(methodID)
        // librabbitmq has "AMQP_BASIC_PUBLISH_METHOD".
        guard let spelled = amqp_method_name(id) else { return "method \(classID).\(methodID)" }
        let words = String(cString: spelled).lowercased().split(separator: "_").dropFirst().dropLast()
        return "\(words.first ?? "").\(words.dropFirst().joined(separator: "-"))"
    }
}
