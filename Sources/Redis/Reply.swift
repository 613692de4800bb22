/// The reply to one command.
public enum Reply: Sendable, Equatable {
    /// `OK` and the like.
    case status(String)
    case bytes([UInt8])
    case integer(Int64)
    case array([Reply])
    /// No such key, field or element.
    case null
    /// Redis's message, which begins with a code such as `WRONGTYPE`.
    case error(String)

    /// An integer, also one in decimal digits, as hash fields and counters are.
    public var int: Int64? {
        switch self {
        case .integer(let value): value
        case .bytes(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        default: nil
        }
    }

    /// Bytes or a status as text; nil for bytes that are not UTF-8.
    public var text: String? {
        switch self {
        case .status(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        default: nil
        }
    }

    public var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
    public var array: [Reply]? { if case .array(let value) = self { value } else { nil } }
    public var error: String? { if case .error(let message) = self { message } else { nil } }
    public var isNull: Bool { self == .null }

    /// The shape without the content, for errors.
    public var shape: String {
        switch self {
        case .status: "a status"
        case .bytes(let bytes): "\(bytes.count) bytes"
        case .integer: "an integer"
        case .array(let elements): "an array of \(elements.count)"
        case .null: "null"
        case .error: "an error"
        }
    }
}
