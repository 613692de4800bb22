internal import CZlib

/// Bodies as a connector compresses them.
public enum Compression {
    case gzip, zlib, deflate

    public func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        let windowBits: Int32 =
            switch self {
            case .gzip: 15 + 16
            case .zlib: 15
            case .deflate: -15
            }
        deflateInit2_(
            stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(stream) }
        var packed = [UInt8](repeating: 0, count: Int(deflateBound(stream, UInt(bytes.count))))
        var bytes = bytes
        bytes.withUnsafeMutableBufferPointer { bytes in
            packed.withUnsafeMutableBufferPointer { packed in
                (stream.pointee.next_in, stream.pointee.avail_in) = (bytes.baseAddress, UInt32(bytes.count))
                (stream.pointee.next_out, stream.pointee.avail_out) = (packed.baseAddress, UInt32(packed.count))
                precondition(CZlib.deflate(stream, Z_FINISH) == Z_STREAM_END)
            }
        }
        return Array(packed.prefix(Int(stream.pointee.total_out)))
    }
}
