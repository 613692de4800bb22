/// Commands in Redis's wire format, to be sent together. Not a transaction: other clients' commands may run in between,
/// and if one command fails the rest is still executed.
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
    /// The script calls among the commands, and the position of each digest in `bytes`.
    private(set) var scripts: [(command: Int, script: Script, digest: Int)] = []
    private var missing = 0

    public init() {}

    /// How many commands there are, and so how many replies `run` returns.
    public var count: Int { starts.count }
    public var isEmpty: Bool { starts.isEmpty }

    /// Removes all commands and keeps the memory.
    public mutating func removeAll() {
        precondition(missing == 0, "a command has fewer parts than it was begun with")
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        scripts.removeAll(keepingCapacity: true)
    }

    /// Adds a complete command.
    public mutating func add<each Part: CommandPart>(_ name: StaticString, _ parts: repeat each Part) {
        var count = 1
        for _ in repeat each parts { count += 1 }
        begin(name, parts: count)
        for part in repeat each parts { append(part) }
    }

    /// Adds a complete call of a script.
    public mutating func add<each Part: CommandPart>(
        _ script: Script, keys: [String], _ arguments: repeat each Part
    ) {
        var count = 0
        for _ in repeat each arguments { count += 1 }
        begin(script, keys: keys, arguments: count)
        for argument in repeat each arguments { append(argument) }
    }

    /// Begins a command of `parts` parts including its name; exactly the others have to be appended.
    public mutating func begin(_ name: StaticString, parts: Int) {
        open(parts: parts)
        append(name)
    }

    /// Begins a call of a script; exactly `arguments` parts have to be appended.
    public mutating func begin(_ script: Script, keys: [String], arguments: Int) {
        open(parts: 3 + keys.count + arguments)
        append("EVALSHA" as StaticString)
        // A placeholder: the connection fills in the digest, which the server computes, when it sends the command.
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
        precondition(missing > 0, "a command has more parts than it was begun with")
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

    var isComplete: Bool { missing == 0 }

    private mutating func open(parts: Int) {
        precondition(missing == 0, "the previous command has fewer parts than it was begun with")
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
