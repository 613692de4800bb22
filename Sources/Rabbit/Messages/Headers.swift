/// A message's headers: those that came with it, as the bytes that they came as, and those that are set here.
///
/// Anybody may have written what came. So a header that came is decoded only when it is asked for, and no deeper than
/// `depth`; the others are never decoded, and go on unchanged if the message is published again.
public struct Headers: Sendable {
    /// How many tables and arrays may contain one another in a value that is read. The broker's `x-death` needs two.
    static let depth = 4
    /// The most bytes, and the most levels, of headers that came that can be published again: the broker's frame has to
    /// hold them and ours.
    private static let (mostBytes, mostLevels) = (64 << 10, 32)

    /// The entries of the table that came, without its length.
    private(set) var received: ArraySlice<UInt8> = []
    private(set) var own: [String: Argument] = [:]

    public init() {}

    init(received: ArraySlice<UInt8>) { self.received = received }

    public var isEmpty: Bool { received.isEmpty && own.isEmpty }

    /// Bytes of what came.
    public var byteCount: Int { received.count }

    /// Nil if there is no such header, and if it is malformed or too deep to be read. Setting it replaces what came.
    public subscript(name: String) -> Argument? {
        get { own[name] ?? receivedValue(name) }
        set {
            removeReceived { $0.elementsEqual(name.utf8) }
            own[name] = newValue
        }
    }

    /// All that can be read, for a person. Invalid UTF-8 is replaced.
    public var readable: [String: Argument] {
        var all: [String: Argument] = [:]
        var reader = FieldReader(received)
        while let (name, value) = reader.entry() {
            var field = FieldReader(value)
            all[String(decoding: name, as: UTF8.self)] = field.value(depth: Self.depth) ?? .null
        }
        return all.merging(own) { $1 }
    }

    /// The headers whose names, as bytes, fulfil a condition, those that came in their order. A value is nil if it can't be
    /// read, or is a text that is not UTF-8.
    public func entries(where isWanted: (ArraySlice<UInt8>) -> Bool) -> [(name: String, value: Argument?)] {
        var found: [(name: String, value: Argument?)] = []
        var reader = FieldReader(received)
        while let (name, bytes) = reader.entry() {
            guard isWanted(name) else { continue }
            var field = FieldReader(bytes)
            var value = field.value(depth: Self.depth)
            // Behind the type and the length.
            if case .text? = value, String(validating: bytes.dropFirst(5), as: UTF8.self) == nil { value = nil }
            found.append((String(decoding: name, as: UTF8.self), value))
        }
        return found + own.sorted { $0.key < $1.key }.filter { isWanted(Array($0.key.utf8)[...]) }.map { ($0, $1) }
    }

    /// Removes the headers that came whose names, as bytes, fulfil a condition.
    public mutating func removeReceived(where isRemoved: (ArraySlice<UInt8>) -> Bool) {
        guard !received.isEmpty else { return }
        var kept: [UInt8] = []
        var reader = FieldReader(received)
        var start = reader.position
        while let (name, _) = reader.entry() {
            if !isRemoved(name) { kept += received[start..<reader.position] }
            start = reader.position
        }
        received = kept[...]
    }

    public mutating func removeAllReceived() { received = [] }

    /// Whether what came can be published again.
    public var canGoOn: Bool {
        received.count <= Self.mostBytes && FieldReader.isShallow(table: received, most: Self.mostLevels)
    }

    /// The first entry decides, as in the broker.
    private func receivedValue(_ name: String) -> Argument? {
        var reader = FieldReader(received)
        while let (key, value) = reader.entry() {
            guard key.elementsEqual(name.utf8) else { continue }
            var field = FieldReader(value)
            return field.value(depth: Self.depth)
        }
        return nil
    }
}

extension Headers: Hashable, ExpressibleByDictionaryLiteral {
    /// Headers are equal if they read the same.
    public static func == (one: Headers, other: Headers) -> Bool { one.readable == other.readable }
    public func hash(into hasher: inout Hasher) { hasher.combine(readable) }

    public init(dictionaryLiteral elements: (String, Argument)...) {
        own = Dictionary(elements) { _, last in last }
    }
}
