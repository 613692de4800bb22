/// Something that can stand in a command: a name, a key, a value.
public protocol CommandPart {
    func append(to pipeline: inout Pipeline)
}

/// Commands in the bytes that Redis reads, one after another, to be sent at once. Not a transaction: other clients'
/// commands may come between, and if one fails the rest is executed all the same.
///
///     var pipeline = Pipeline()
///     pipeline.add("HSET", key, "name", bytes)
///     pipeline.begin("HMGET", parts: 2 + fields.count)
///     pipeline.append(key)
///     for field in fields { pipeline.append(field) }
///     let replies = try connection.run(pipeline)
public struct Pipeline: Sendable {
    var bytes: [UInt8] = []
    /// Where each command begins in `bytes`.
    private(set) var starts: [Int] = []
    /// The scripts among the commands, and where the digest of each goes.
    private(set) var scripts: [(command: Int, script: Script, digest: Int)] = []
    private var missing = 0

    public init() {}

    /// How many commands there are, and so how many replies `run` returns.
    public var count: Int { starts.count }
    public var isEmpty: Bool { starts.isEmpty }

    /// Empties it and keeps its memory.
    public mutating func removeAll() {
        precondition(missing == 0, "a command was begun and not finished")
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        scripts.removeAll(keepingCapacity: true)
    }

    /// Adds a whole command.
    public mutating func add<each Part: CommandPart>(_ name: StaticString, _ parts: repeat each Part) {
        var count = 1
        for _ in repeat each parts { count += 1 }
        begin(name, parts: count)
        for part in repeat each parts { append(part) }
    }

    /// Adds a whole call of a script.
    public mutating func add<each Part: CommandPart>(
        _ script: Script, keys: [String], _ arguments: repeat each Part
    ) {
        var count = 0
        for _ in repeat each arguments { count += 1 }
        begin(script, keys: keys, arguments: count)
        for argument in repeat each arguments { append(argument) }
    }

    /// Begins a command of `parts` parts, its name included; exactly the others must be appended.
    public mutating func begin(_ name: StaticString, parts: Int) {
        open(parts: parts)
        append(name)
    }

    /// Begins a call of a script; exactly `arguments` parts must be appended.
    public mutating func begin(_ script: Script, keys: [String], arguments: Int) {
        open(parts: 3 + keys.count + arguments)
        append("EVALSHA" as StaticString)
        // The digest is the server's to say: filled in when it is sent.
        bytes.append(contentsOf: "$40\r\n".utf8)
        scripts.append((starts.count - 1, script, bytes.count))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: Script.digestLength))
        bytes.append(contentsOf: [13, 10])
        missing -= 1
        append(keys.count)
        for key in keys { append(key) }
    }

    @inlinable
    public mutating func append(_ part: some CommandPart) { part.append(to: &self) }

    /// Appends one part of the current command.
    public mutating func append(_ raw: UnsafeRawBufferPointer) {
        precondition(missing > 0, "more parts than the command was begun with")
        missing -= 1
        bytes.append(UInt8(ascii: "$"))
        appendDigits(raw.count)
        bytes.append(13)
        bytes.append(10)
        bytes.append(contentsOf: raw)
        bytes.append(13)
        bytes.append(10)
    }

    mutating func fill(digest: [UInt8], at position: Int) {
        bytes.replaceSubrange(position..<position + Script.digestLength, with: digest)
    }

    /// The bytes of one command.
    func command(_ index: Int) -> Range<Int> {
        starts[index]..<(index + 1 < starts.count ? starts[index + 1] : bytes.count)
    }

    var isWhole: Bool { missing == 0 }

    private mutating func open(parts: Int) {
        precondition(missing == 0, "the command before has fewer parts than it was begun with")
        starts.append(bytes.count)
        missing = parts
        bytes.append(UInt8(ascii: "*"))
        appendDigits(parts)
        bytes.append(13)
        bytes.append(10)
    }

    private mutating func appendDigits(_ number: Int) {
        if number >= 10 { appendDigits(number / 10) }
        bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
