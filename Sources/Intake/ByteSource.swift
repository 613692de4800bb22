import Foundation

/// Reads a file byte by byte, with one chunk in memory. Don't copy it: copies share the file's position.
struct ByteSource {
    let file: String
    private let descriptor: Descriptor
    private var chunk: [UInt8]
    private var position = 0
    private var end = 0

    /// Opens the file and skips a byte order mark.
    init(file: String, chunkSize: Int = 1 << 17) throws(IntakeError) {
        self.file = file
        descriptor = Descriptor(number: open(file, O_RDONLY | O_CLOEXEC))
        chunk = [UInt8](repeating: 0, count: chunkSize)
        guard descriptor.number >= 0 else {
            throw IntakeError(.data, file: file, "it cannot be opened: \(String(cString: strerror(errno)))")
        }
        try fill()
        if end >= 3, chunk[0] == 0xEF, chunk[1] == 0xBB, chunk[2] == 0xBF { position = 3 }
        if end >= 2, (chunk[0] == 0xFF && chunk[1] == 0xFE) || (chunk[0] == 0xFE && chunk[1] == 0xFF) {
            throw IntakeError(.data, file: file, "it is UTF-16", advice: "Save it as UTF-8.")
        }
    }

    /// The next byte, without consuming it; nil at the end.
    mutating func peek() throws(IntakeError) -> UInt8? {
        if position == end { try fill() }
        return position < end ? chunk[position] : nil
    }

    /// The next byte; nil at the end.
    @inline(__always)
    mutating func next() throws(IntakeError) -> UInt8? {
        if position == end {
            try fill()
            guard position < end else { return nil }
        }
        position += 1
        return chunk[position - 1]
    }

    private mutating func fill() throws(IntakeError) {
        var count = -1
        repeat {
            count = chunk.withUnsafeMutableBytes { read(descriptor.number, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        guard count >= 0 else {
            throw IntakeError(.data, file: file, "it cannot be read: \(String(cString: strerror(errno)))")
        }
        (position, end) = (0, count)
    }
}

/// An open file, closed with its last owner.
private final class Descriptor {
    let number: Int32

    init(number: Int32) { self.number = number }
    deinit { if number >= 0 { close(number) } }
}
