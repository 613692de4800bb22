internal import CRabbitMQ

extension Properties {
    /// Copies the properties out of librabbitmq's buffers; without a delivery mode a message is transient.
    init(_ wire: amqp_basic_properties_t) {
        func has(_ flag: Int32) -> Bool { wire._flags & UInt32(flag) != 0 }
        func text(_ flag: Int32, _ bytes: amqp_bytes_t) -> String? { has(flag) ? String(bytes) : nil }
        contentType = text(AMQP_BASIC_CONTENT_TYPE_FLAG, wire.content_type)
        contentEncoding = text(AMQP_BASIC_CONTENT_ENCODING_FLAG, wire.content_encoding)
        if has(AMQP_BASIC_HEADERS_FLAG) { headers = Argument.table(of: wire.headers) }
        let persistent = has(AMQP_BASIC_DELIVERY_MODE_FLAG) && wire.delivery_mode == DeliveryMode.persistent.rawValue
        deliveryMode = persistent ? .persistent : .transient
        correlationID = text(AMQP_BASIC_CORRELATION_ID_FLAG, wire.correlation_id)
        replyTo = text(AMQP_BASIC_REPLY_TO_FLAG, wire.reply_to)
        expiration = text(AMQP_BASIC_EXPIRATION_FLAG, wire.expiration)
        messageID = text(AMQP_BASIC_MESSAGE_ID_FLAG, wire.message_id)
        if has(AMQP_BASIC_TIMESTAMP_FLAG) { timestamp = wire.timestamp }
        type = text(AMQP_BASIC_TYPE_FLAG, wire.type)
        appID = text(AMQP_BASIC_APP_ID_FLAG, wire.app_id)
    }

    /// For sending; the strings and tables lie in the arena.
    func onTheWire(_ arena: Arena) -> amqp_basic_properties_t {
        var wire = amqp_basic_properties_t()
        var flags = UInt32(AMQP_BASIC_DELIVERY_MODE_FLAG)
        func bytes(_ flag: Int32, _ text: String?) -> amqp_bytes_t {
            guard let text else { return amqp_bytes_t() }
            flags |= UInt32(flag)
            return arena.bytes(text)
        }
        wire.delivery_mode = deliveryMode.rawValue
        if !headers.isEmpty {
            flags |= UInt32(AMQP_BASIC_HEADERS_FLAG)
            wire.headers = arena.table(headers)
        }
        if let timestamp {
            flags |= UInt32(AMQP_BASIC_TIMESTAMP_FLAG)
            wire.timestamp = timestamp
        }
        wire.content_type = bytes(AMQP_BASIC_CONTENT_TYPE_FLAG, contentType)
        wire.content_encoding = bytes(AMQP_BASIC_CONTENT_ENCODING_FLAG, contentEncoding)
        wire.correlation_id = bytes(AMQP_BASIC_CORRELATION_ID_FLAG, correlationID)
        wire.reply_to = bytes(AMQP_BASIC_REPLY_TO_FLAG, replyTo)
        wire.expiration = bytes(AMQP_BASIC_EXPIRATION_FLAG, expiration)
        wire.message_id = bytes(AMQP_BASIC_MESSAGE_ID_FLAG, messageID)
        wire.type = bytes(AMQP_BASIC_TYPE_FLAG, type)
        wire.app_id = bytes(AMQP_BASIC_APP_ID_FLAG, appID)
        wire._flags = flags
        return wire
    }
}
