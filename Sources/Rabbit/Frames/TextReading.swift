internal import CRabbitMQ

extension String {
    /// Copies text that librabbitmq holds in a buffer of its own. Invalid UTF-8 is replaced.
    init(_ bytes: amqp_bytes_t) {
        self.init(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len), as: UTF8.self)
    }
}
