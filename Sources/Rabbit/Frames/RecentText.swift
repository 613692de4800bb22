internal import CRabbitMQ

/// Reuses the last string while the bytes stay the same. Consumer tags and exchanges repeat from one delivery to the
/// next, and comparing bytes is cheaper than making a string.
struct RecentText {
    private var text = ""

    mutating func read(_ bytes: amqp_bytes_t) -> String {
        let raw = UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len)
        let same = text.utf8.count == raw.count && text.utf8.elementsEqual(raw)
        if !same { text = String(bytes) }
        return text
    }
}
