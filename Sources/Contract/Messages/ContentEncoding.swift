internal import CZlib

/// How a body is compressed. The size of what comes out is bounded before it is there, so a small message can't fill the
/// memory.
enum ContentEncoding {
    case none, gzip, deflate

    /// Names of character sets count as none, since some clients put one there: what they send is JSON as it stands.
    private static let uncompressed = [
        "", "identity", "utf-8", "utf8", "us-ascii", "ascii", "binary", "7bit", "8bit",
    ]

    init(_ name: String?) throws(Refusal) {
        guard let name = name?.lowercased() else {
            self = .none
            return
        }
        switch name {
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        case _ where Self.uncompressed.contains(name): self = .none
        default:
            throw Refusal(
                .unsupportedContentEncoding, "content encoding", "must be gzip, deflate, identity, utf-8 or none")
        }
    }

    /// - Parameter most: the most bytes that may come out.
    func decode(_ body: [UInt8], most: Int) throws(Refusal) -> [UInt8] {
        switch self {
        case .none: return body
        case .gzip: return try Self.inflate(body, windowBits: 15 + 16, most: most)
        case .deflate: return try Self.inflate(body, windowBits: Self.hasZlibHeader(body) ? 15 : -15, most: most)
        }
    }

    /// How many bytes come out at most: of gzip what its end says, since it is refused if that is wrong; of deflate the most
    /// that it can make of so many bytes.
    func mostBytes(of body: [UInt8]) -> Int {
        switch self {
        case .none: return body.count
        case .gzip: return body.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        case .deflate: return body.count * 1032
        }
    }

    /// "deflate" is zlib's format, but some clients send it without header and checksum.
    private static func hasZlibHeader(_ body: [UInt8]) -> Bool {
        body.count >= 2 && body[0] & 0x0F == 8 && (Int(body[0]) << 8 | Int(body[1])) % 31 == 0
    }

    private static func inflate(_ body: [UInt8], windowBits: Int32, most: Int) throws(Refusal) -> [UInt8] {
        // zlib's own memory points to it, so it may not move.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            preconditionFailure("out of memory")
        }
        defer { inflateEnd(stream) }
        var plain = [UInt8](repeating: 0, count: min(most + 1, max(4096, body.count * 4)))
        let result = body.withUnsafeBufferPointer { body in
            // zlib only reads from it.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: body.baseAddress)
            stream.pointee.avail_in = UInt32(body.count)
            while true {
                let done = Int(stream.pointee.total_out)
                let status = plain.withUnsafeMutableBufferPointer { plain in
                    stream.pointee.next_out = plain.baseAddress.map { $0 + done }
                    stream.pointee.avail_out = UInt32(plain.count - done)
                    return CZlib.inflate(stream, Z_NO_FLUSH)
                }
                guard status == Z_OK, stream.pointee.avail_out == 0, plain.count <= most else { return status }
                plain += [UInt8](repeating: 0, count: min(most + 1, plain.count * 4) - plain.count)
            }
        }
        guard stream.pointee.total_out <= UInt(most) else {
            throw Refusal(.tooLarge, "body", "is longer than \(most) bytes once it is decompressed")
        }
        guard result == Z_STREAM_END, stream.pointee.avail_in == 0 else {
            throw Refusal(.badContentEncoding, "body", "is not what its content encoding says, or is not whole")
        }
        plain.removeSubrange(Int(stream.pointee.total_out)...)
        return plain
    }
}
