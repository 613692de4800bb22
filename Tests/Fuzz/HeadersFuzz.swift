internal import CRabbitMQ
import Glibc

// What deploy/fuzz gives to libFuzzer: any bytes as what a broker sends, and as a message's header table. No part of the
// package; deploy/fuzz alone compiles it, into the module Rabbit.

private let names = ["", "k", "x-delivery-count", "x-death", "leadline-reason"]

/// Even inputs are frames, odd ones a header table.
@_cdecl("LLVMFuzzerTestOneInput")
public func readAnything(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard count > 0 else { return 0 }
    let rest = Array(UnsafeBufferPointer(start: bytes + 1, count: count - 1))
    if bytes[0] % 2 == 0 { readFrames(rest) } else { readHeaders(rest) }
    return 0
}

/// Lets librabbitmq cut the bytes into frames, as it does with what a socket gave, and reads the headers of messages.
private func readFrames(_ bytes: [UInt8]) {
    guard let state = amqp_new_connection() else { return }
    defer { amqp_destroy_connection(state) }
    var bytes = bytes
    bytes.withUnsafeMutableBytes { buffer in
        var start = 0
        while start < buffer.count {
            var frame = amqp_frame_t()
            let rest = amqp_bytes_t(len: buffer.count - start, bytes: buffer.baseAddress! + start)
            let taken = amqp_handle_input(state, rest, &frame)
            guard taken > 0 else { return }
            start += Int(taken)
            if frame.frame_type == UInt8(AMQP_FRAME_HEADER), let decoded = frame.payload.properties.decoded {
                let raw = frame.payload.properties.raw
                let properties = Properties(
                    decoded.load(as: amqp_basic_properties_t.self),
                    raw: UnsafeRawBufferPointer(start: raw.bytes, count: raw.len))
                check(properties.headers)
                publishAgain(properties, state)
            }
            amqp_maybe_release_buffers_on_channel(state, frame.channel)
        }
    }
}

private func readHeaders(_ bytes: [UInt8]) { check(Headers(received: bytes[...])) }

private func check(_ headers: Headers) {
    for name in names { _ = headers[name] }
    _ = headers.readable
    var less = headers
    less.removeReceived { $0.first == UInt8(ascii: "k") }
    precondition(less["k"] == nil && less.received.count <= headers.received.count, "a removed header is still there")
    less["k"] = .flag(true)
    precondition(less["k"] == .flag(true), "a header that was set is not there")
    guard headers.canGoOn, !headers.received.isEmpty else { return }
    precondition(headers.received.count <= 1 << 16, "too large to go on")
}

private nonisolated(unsafe) let arena = Arena()

/// What can go on must be encoded as the bytes that came, and ours behind them.
private func publishAgain(_ properties: Properties, _ state: amqp_connection_state_t) {
    guard properties.headers.canGoOn else { return }
    var wire = properties.onTheWire(arena)
    defer { arena.recycle() }
    guard !properties.headers.received.isEmpty else { return }
    var encoded = [UInt8](repeating: 0, count: 1 << 18)
    encoded.withUnsafeMutableBytes { buffer in
        var offset = 0
        let space = amqp_bytes_t(len: buffer.count, bytes: buffer.baseAddress)
        let status = withUnsafeMutablePointer(to: &wire.headers) { amqp_encode_table(space, $0, &offset) }
        guard status == AMQP_STATUS_OK.rawValue else { return }
        precondition(buffer[4..<offset].elementsEqual(properties.headers.received), "headers go on as other bytes")
    }
}
