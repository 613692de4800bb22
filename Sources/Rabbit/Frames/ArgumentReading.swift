internal import CRabbitMQ

extension String {
    /// Copies text that librabbitmq holds in a buffer of its own. Invalid UTF-8 is replaced.
    init(_ bytes: amqp_bytes_t) {
        self.init(decoding: UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len), as: UTF8.self)
    }
}

extension Argument {
    /// Copies a table out of librabbitmq's buffers.
    static func table(of table: amqp_table_t) -> [String: Argument] {
        let entries = UnsafeBufferPointer(start: table.entries, count: Int(table.num_entries))
        return Dictionary(entries.map { (String($0.key), Argument($0.value)) }) { _, last in last }
    }

    init(_ field: amqp_field_value_t) {
        let value = field.value
        switch UInt32(field.kind) {
        case AMQP_FIELD_KIND_BOOLEAN.rawValue: self = .flag(value.boolean != 0)
        case AMQP_FIELD_KIND_I8.rawValue: self = .integer(Int64(value.i8))
        case AMQP_FIELD_KIND_U8.rawValue: self = .integer(Int64(value.u8))
        case AMQP_FIELD_KIND_I16.rawValue: self = .integer(Int64(value.i16))
        case AMQP_FIELD_KIND_U16.rawValue: self = .integer(Int64(value.u16))
        case AMQP_FIELD_KIND_I32.rawValue: self = .integer(Int64(value.i32))
        case AMQP_FIELD_KIND_U32.rawValue: self = .integer(Int64(value.u32))
        case AMQP_FIELD_KIND_I64.rawValue: self = .integer(value.i64)
        case AMQP_FIELD_KIND_U64.rawValue: self = .integer(Int64(clamping: value.u64))
        case AMQP_FIELD_KIND_F32.rawValue: self = .real(Double(value.f32))
        case AMQP_FIELD_KIND_F64.rawValue: self = .real(value.f64)
        case AMQP_FIELD_KIND_TIMESTAMP.rawValue: self = .time(seconds: value.u64)
        case AMQP_FIELD_KIND_UTF8.rawValue, AMQP_FIELD_KIND_BYTES.rawValue: self = .text(String(value.bytes))
        case AMQP_FIELD_KIND_TABLE.rawValue: self = .table(Argument.table(of: value.table))
        case AMQP_FIELD_KIND_ARRAY.rawValue:
            let entries = UnsafeBufferPointer(start: value.array.entries, count: Int(value.array.num_entries))
            self = .list(entries.map { Argument($0) })
        case AMQP_FIELD_KIND_DECIMAL.rawValue:
            var scaled = Double(value.decimal.value)
            for _ in 0..<value.decimal.decimals { scaled /= 10 }
            self = .real(scaled)
        default: self = .null
        }
    }
}
