internal import CHiredis

extension Reply {
    /// Copies a reply out of hiredis's memory.
    init(_ reply: redisReply) {
        switch reply.type {
        case REDIS_REPLY_STRING: self = .bytes([UInt8](reply.raw))
        case REDIS_REPLY_STATUS: self = .status(String(decoding: reply.raw, as: UTF8.self))
        case REDIS_REPLY_ERROR: self = .error(String(decoding: reply.raw, as: UTF8.self))
        case REDIS_REPLY_INTEGER: self = .integer(reply.integer)
        case REDIS_REPLY_ARRAY:
            let elements = UnsafeBufferPointer(start: reply.element, count: reply.elements)
            self = .array(elements.map { $0.map { Reply($0.pointee) } ?? .null })
        default: self = .null
        }
    }
}

extension redisReply {
    fileprivate var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: str, count: len) }
}
