/// How a file is read, where its bytes don't show it.
public struct FileReading: Equatable, Sendable {
    /// Nil: UTF-8, or UTF-16 if the bytes show it.
    public var encoding: TextEncoding?
    /// Of a CSV file, a plain character; nil: found in its first lines.
    public var delimiter: UInt8?

    public init(encoding: TextEncoding? = nil, delimiter: UInt8? = nil) {
        (self.encoding, self.delimiter) = (encoding, delimiter)
    }
}
