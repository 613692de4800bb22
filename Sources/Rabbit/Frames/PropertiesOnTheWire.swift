internal import CRabbitMQ

extension Properties {
    /// Copies the properties out of librabbitmq's buffers; without a delivery mode a message is transient.
    ///
    /// - Parameter raw: the same properties as they came. The headers stay as they are in there.
    init(_ wire: amqp_basic_properties_t, raw: UnsafeRawBufferPointer) {
        func has(_ flag: Int32) -> Bool { wire._flags & UInt32(flag) != 0 }
        func text(_ flag: Int32, _ bytes: amqp_bytes_t, _ name: Text) -> String? {
            guard has(flag) else { return nil }
            let raw = UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len)
            if let valid = String(validating: raw, as: UTF8.self) { return valid }
            invalid.insert(name)
            return String(decoding: raw, as: UTF8.self)
        }
        contentType = text(AMQP_BASIC_CONTENT_TYPE_FLAG, wire.content_type, .contentType)
        contentEncoding = text(AMQP_BASIC_CONTENT_ENCODING_FLAG, wire.content_encoding, .contentEncoding)
        if has(AMQP_BASIC_HEADERS_FLAG) { headers = Headers(received: Self.headerTable(in: raw)) }
        let persistent = has(AMQP_BASIC_DELIVERY_MODE_FLAG) && wire.delivery_mode == DeliveryMode.persistent.rawValue
        deliveryMode = persistent ? .persistent : .transient
        correlationID = text(AMQP_BASIC_CORRELATION_ID_FLAG, wire.correlation_id, .correlationID)
        replyTo = text(AMQP_BASIC_REPLY_TO_FLAG, wire.reply_to, .replyTo)
        expiration = text(AMQP_BASIC_EXPIRATION_FLAG, wire.expiration, .expiration)
        messageID = text(AMQP_BASIC_MESSAGE_ID_FLAG, wire.message_id, .messageID)
        if has(AMQP_BASIC_TIMESTAMP_FLAG) { timestamp = wire.timestamp }
        type = text(AMQP_BASIC_TYPE_FLAG, wire.type, .type)
        appID = text(AMQP_BASIC_APP_ID_FLAG, wire.app_id, .appID)
    }

    /// The entries of the header table. It follows the flags, the content type and the content encoding.
    private static func headerTable(in raw: UnsafeRawBufferPointer) -> ArraySlice<UInt8> {
        var reader = FieldReader(Array(raw)[...])
        guard let flags = reader.number(UInt16.self) else { return [] }
        for flag in [AMQP_BASIC_CONTENT_TYPE_FLAG, AMQP_BASIC_CONTENT_ENCODING_FLAG]
        where flags & UInt16(flag) != 0 {
            guard reader.shortText() != nil else { return [] }
        }
        return reader.long() ?? []
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
