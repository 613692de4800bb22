import Foundation

/// Reads a file byte by byte as UTF-8, with one chunk in memory. Don't copy it: copies share the file's position.
struct ByteSource {
    let file: String
    /// In which the file is written.
    let encoding: TextEncoding
    private let descriptor: Descriptor
    private let transcoder: Transcoder?
    private var raw: [UInt8]
    private var chunk: [UInt8] = []
    private var position = 0

    /// Opens the file, skips a byte order mark and finds out whether it is UTF-16.
    ///
    /// - Parameter encoding: nil for UTF-8 or UTF-16.
    /// - Throws: `IntakeError` also if the file is no text, such as a workbook.
    init(file: String, encoding: TextEncoding? = nil, chunkSize: Int = 1 << 17) throws(IntakeError) {
        self.file = file
        descriptor = Descriptor(number: open(file, O_RDONLY | O_CLOEXEC))
        raw = [UInt8](repeating: 0, count: chunkSize)
        guard descriptor.number >= 0 else {
            throw IntakeError(.data, file: file, "it cannot be opened: \(String(cString: strerror(errno)))")
        }
        var head = try Self.read(descriptor, into: &raw, file: file)
        let isMarkedUTF8 = head.starts(with: [0xEF, 0xBB, 0xBF])
        let shown = TextEncoding.shown(by: head.prefix(4096))
        try FileSignature.check(head, file: file)
        self.encoding = isMarkedUTF8 ? .utf8 : shown ?? encoding ?? .utf8
        if isMarkedUTF8 {
            head = head.dropFirst(3)
        } else if shown != nil, head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) {
            head = head.dropFirst(2)
        }
        transcoder = self.encoding == .utf8 ? nil : Transcoder(self.encoding)
        chunk = transcoder?.convert(head) ?? Array(head)
        try FileSignature.check(chunk[...], file: file)
    }

    /// What is read already and comes next.
    var buffered: ArraySlice<UInt8> { chunk[position...] }

    /// The next byte, without consuming it; nil at the end.
    mutating func peek() throws(IntakeError) -> UInt8? {
        if position == chunk.count { try fill() }
        return position < chunk.count ? chunk[position] : nil
    }

    /// The next byte; nil at the end.
    @inline(__always)
    mutating func next() throws(IntakeError) -> UInt8? {
        if position == chunk.count {
            try fill()
            guard position < chunk.count else { return nil }
        }
        position += 1
        return chunk[position - 1]
    }

    private mutating func fill() throws(IntakeError) {
        position = 0
        repeat {
            let read = try Self.read(descriptor, into: &raw, file: file)
            if let transcoder { chunk = transcoder.convert(read) } else { chunk = Array(read) }
            if read.isEmpty { return }
            // A chunk may be the beginning of one letter.
        } while chunk.isEmpty
    }

    private static func read(
        _ descriptor: Descriptor, into raw: inout [UInt8], file: String
    ) throws(IntakeError) -> ArraySlice<UInt8> {
        var count = -1
        repeat {
            count = raw.withUnsafeMutableBytes { Glibc.read(descriptor.number, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        guard count >= 0 else {
            throw IntakeError(.data, file: file, "it cannot be read: \(String(cString: strerror(errno)))")
        }
        return raw[..<count]
    }
}

/// An open file, closed with its last owner.
private final class Descriptor {
    let number: Int32

    init(number: Int32) { self.number = number }
    deinit { if number >= 0 { close(number) } }
}
