internal import CRabbitMQ
import Glibc

/// Memory for the strings and tables that a request to librabbitmq points at, valid until `recycle`.
///
/// librabbitmq copies them into its send buffer within the call, so each request fills the arena, sends and recycles it.
/// The pages stay allocated, so publishing allocates nothing.
final class Arena {
    private var pool = amqp_pool_t()

    init() { init_amqp_pool(&pool, 16 << 10) }
    deinit { empty_amqp_pool(&pool) }

    func recycle() { recycle_amqp_pool(&pool) }

    func bytes(_ text: String) -> amqp_bytes_t {
        var text = text
        return text.withUTF8 { utf8 in
            guard let source = utf8.baseAddress, !utf8.isEmpty else { return amqp_bytes_t(len: 0, bytes: nil) }
            let copy = allocate(utf8.count)
            copy.copyMemory(from: source, byteCount: utf8.count)
            return amqp_bytes_t(len: utf8.count, bytes: copy)
        }
    }

    func table(_ arguments: [String: Argument]) -> amqp_table_t {
        guard !arguments.isEmpty else { return amqp_table_t(num_entries: 0, entries: nil) }
        let entries = allocate(arguments.count * MemoryLayout<amqp_table_entry_t>.stride)
            .bindMemory(to: amqp_table_entry_t.self, capacity: arguments.count)
        for (index, (key, value)) in arguments.enumerated() {
            (entries + index).initialize(to: amqp_table_entry_t(key: bytes(key), value: field(value)))
        }
        return amqp_table_t(num_entries: Int32(arguments.count), entries: entries)
    }

    /// Headers that came as they came, then those that are set here. What came can't be too deep: see `canGoOn`.
    func table(_ headers: Headers) -> amqp_table_t {
        let own = table(headers.own)
        guard !headers.received.isEmpty, headers.canGoOn, let received = decode(headers.received) else { return own }
        let count = Int(received.num_entries + own.num_entries)
        let entries = allocate(count * MemoryLayout<amqp_table_entry_t>.stride)
            .bindMemory(to: amqp_table_entry_t.self, capacity: count)
        entries.update(from: received.entries, count: Int(received.num_entries))
        if own.num_entries > 0 {
            (entries + Int(received.num_entries)).update(from: own.entries, count: Int(own.num_entries))
        }
        return amqp_table_t(num_entries: Int32(count), entries: entries)
    }

    /// Decodes the entries of a table; what is decoded points at the arena.
    private func decode(_ entries: ArraySlice<UInt8>) -> amqp_table_t? {
        let bytes = allocate(4 + entries.count)
        bytes.storeBytes(of: UInt32(entries.count).bigEndian, as: UInt32.self)
        entries.withUnsafeBytes { (bytes + 4).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        var table = amqp_table_t()
        var offset = 0
        let encoded = amqp_bytes_t(len: 4 + entries.count, bytes: bytes)
        let status = amqp_decode_table(encoded, &pool, &table, &offset)
        return status == AMQP_STATUS_OK.rawValue && table.num_entries > 0 ? table : nil
    }

    private func field(_ argument: Argument) -> amqp_field_value_t {
        var field = amqp_field_value_t()
        func set(_ kind: amqp_field_value_kind_t) { field.kind = UInt8(kind.rawValue) }
        switch argument {
        case .text(let text):
            set(AMQP_FIELD_KIND_UTF8)
            field.value.bytes = bytes(text)
        case .integer(let value):
            set(AMQP_FIELD_KIND_I64)
            field.value.i64 = value
        case .real(let value):
            set(AMQP_FIELD_KIND_F64)
            field.value.f64 = value
        case .flag(let value):
            set(AMQP_FIELD_KIND_BOOLEAN)
            field.value.boolean = value ? 1 : 0
        case .time(let seconds):
            set(AMQP_FIELD_KIND_TIMESTAMP)
            field.value.u64 = seconds
        case .table(let table):
            set(AMQP_FIELD_KIND_TABLE)
            field.value.table = self.table(table)
        case .list(let list):
            set(AMQP_FIELD_KIND_ARRAY)
            field.value.array = array(list)
        case .null:
            set(AMQP_FIELD_KIND_VOID)
        }
        return field
    }

    private func array(_ list: [Argument]) -> amqp_array_t {
        guard !list.isEmpty else { return amqp_array_t(num_entries: 0, entries: nil) }
        let entries = allocate(list.count * MemoryLayout<amqp_field_value_t>.stride)
            .bindMemory(to: amqp_field_value_t.self, capacity: list.count)
        for (index, value) in list.enumerated() { (entries + index).initialize(to: field(value)) }
        return amqp_array_t(num_entries: Int32(list.count), entries: entries)
    }

    private func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        guard let memory = amqp_pool_alloc(&pool, count) else { fatalError("out of memory") }
        return memory
    }
}
