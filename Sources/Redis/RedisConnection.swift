internal import CHiredis
import Glibc

/// A connection to a Redis server.
///
/// 1. It belongs to the thread that made it, and blocks that thread while it waits; it is never awaited.
/// 2. It sends pipelines and reads their replies in order.
/// 3. It loads scripts where they are needed.
/// 4. After any `.lost` it is closed, since replies might otherwise be taken for another command's.
///
/// If the process dies, or the connection is lost, what was sent may or may not have been executed, command by
/// command in order. Nothing is sent twice, except a script call that Redis did not execute for want of the script.
public final class RedisConnection {
    public let address: RedisAddress
    /// Bounds the wait for each reply.
    public private(set) var timeout: Duration
    /// Nil once closed.
    private var context: UnsafeMutablePointer<redisContext>?
    private var ending = "it was closed here"
    /// Digests of the scripts that this connection has loaded; holds them, so that an identity is not used again.
    private var digests: [ObjectIdentifier: (script: Script, digest: [UInt8])] = [:]

    /// Connects, authenticates and selects the database.
    public init(_ address: RedisAddress, timeout: Duration = .seconds(10)) throws(RedisError) {
        self.address = address
        self.timeout = timeout
        let limit = timeval(timeout)
        let made =
            switch address.place {
            case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), limit)
            case .unix(let path): redisConnectUnixWithTimeout(path, limit)
            }
        guard let made else { fatalError("out of memory") }
        context = made
        guard made.pointee.err == 0 else {
            let cause = Self.cause(made)
            close()
            throw .unreachable(target: address.description, cause: cause)
        }
        redisSetTimeout(made, limit)
        // A subscriber sends nothing: without probes it would never learn that the server is gone.
        if case .tcp = address.place { redisEnableKeepAlive(made) }
        try greet()
    }

    deinit { close() }

    /// Ends the connection as if its last answer had been lost on the way, for trials of that.
    package func lose() -> RedisError {
        close()
        return .lost(target: address.description, during: "a trial", cause: "a fail point lost the answer")
    }

    public var isOpen: Bool { context != nil }
    /// For `poll`, -1 once closed.
    public var fileDescriptor: Int32 { context?.pointee.fd ?? -1 }

    /// Disconnects. May be called twice.
    public func close() {
        guard let context else { return }
        self.context = nil
        redisFree(context)
    }

    /// Changes how long each reply is waited for.
    public func setTimeout(_ timeout: Duration) throws(RedisError) {
        self.timeout = timeout
        redisSetTimeout(try open("setting the timeout"), timeval(timeout))
    }

    /// Sends one command and returns its reply; an error reply is thrown.
    @discardableResult
    public func call<each Part: CommandPart>(
        _ name: StaticString, _ parts: repeat each Part
    ) throws(RedisError) -> Reply {
        var pipeline = Pipeline()
        pipeline.add(name, repeat each parts)
        return try single(pipeline)
    }

    /// Calls a script and returns its reply; an error reply is thrown.
    @discardableResult
    public func call<each Part: CommandPart>(
        _ script: Script, keys: [String], _ arguments: repeat each Part
    ) throws(RedisError) -> Reply {
        var pipeline = Pipeline()
        pipeline.add(script, keys: keys, repeat each arguments)
        return try single(pipeline)
    }

    /// Sends all commands and returns as many replies, in order. Error replies are among them, except those that
    /// mean Redis is away, which are thrown once all replies are read: then the other commands may have been
    /// executed. A script that was missing is loaded and its calls are sent again, after the rest.
    public func run(_ pipeline: Pipeline) throws(RedisError) -> [Reply] {
        precondition(pipeline.isWhole, "a command was begun and not finished")
        guard !pipeline.isEmpty else { return [] }
        var pipeline = pipeline
        for (_, script, position) in pipeline.scripts {
            pipeline.fill(digest: try digest(of: script), at: position)
        }
        try send(pipeline.bytes[...], pipeline)
        var replies = try replies(to: pipeline, 0..<pipeline.count)
        if pipeline.scripts.contains(where: { Self.isMissingScript(replies[$0.command]) }) {
            try repeatMissingScripts(pipeline, &replies)
        }
        for (index, reply) in replies.enumerated() {
            if case .error(let message) = reply, RedisError.isPassing(message) {
                throw RedisError.of(message, to: pipeline.name(of: index), target: address.description)
            }
        }
        return replies
    }
}

extension RedisConnection {
    /// Sends all commands and returns as many replies, none of which is an error: the first one is thrown.
    public func runAll(_ pipeline: Pipeline) throws(RedisError) -> [Reply] {
        let replies = try run(pipeline)
        for (index, reply) in replies.enumerated() {
            if case .error(let message) = reply {
                throw RedisError.of(message, to: pipeline.name(of: index), target: address.description)
            }
        }
        return replies
    }
}

// MARK: Reading and writing

extension RedisConnection {
    private func single(_ pipeline: Pipeline) throws(RedisError) -> Reply {
        let reply = try run(pipeline)[0]
        guard case .error(let message) = reply else { return reply }
        throw RedisError.of(message, to: pipeline.name(of: 0), target: address.description)
    }

    /// Writes to the socket by itself: hiredis 0.14 would raise SIGPIPE on a closed one.
    func send(_ bytes: ArraySlice<UInt8>, _ pipeline: Pipeline) throws(RedisError) {
        let descriptor = try open(pipeline.name(of: 0)).pointee.fd
        var sent = 0
        while sent < bytes.count {
            let written = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            if written < 0 {
                if errno == EINTR { continue }
                let cause = Self.text(of: errno)
                throw lost(during: pipeline.name(of: 0), cause)
            }
            sent += written
        }
    }

    private func replies(to pipeline: Pipeline, _ commands: some Sequence<Int>) throws(RedisError) -> [Reply] {
        var replies: [Reply] = []
        replies.reserveCapacity(pipeline.count)
        for command in commands { replies.append(try reply(during: pipeline.name(of: command))) }
        return replies
    }

    /// The next reply, waited for.
    func reply(during: @autoclosure () -> String) throws(RedisError) -> Reply {
        let context = try open(during())
        var raw: UnsafeMutableRawPointer?
        guard redisGetReply(context, &raw) == REDIS_OK, let raw else {
            let cause = Self.cause(context)
            throw lost(during: during(), cause)
        }
        defer { freeReplyObject(raw) }
        return Reply(raw.load(as: redisReply.self))
    }

    /// A reply that has been read from the socket already.
    func bufferedReply(during: @autoclosure () -> String) throws(RedisError) -> Reply? {
        let context = try open(during())
        var raw: UnsafeMutableRawPointer?
        guard redisGetReplyFromReader(context, &raw) == REDIS_OK else {
            let cause = Self.cause(context)
            throw lost(during: during(), cause)
        }
        guard let raw else { return nil }
        defer { freeReplyObject(raw) }
        return Reply(raw.load(as: redisReply.self))
    }

    private func open(_ during: @autoclosure () -> String) throws(RedisError) -> UnsafeMutablePointer<redisContext> {
        guard let context else { throw .lost(target: address.description, during: during(), cause: ending) }
        return context
    }

    func lost(during: String, _ cause: String) -> RedisError {
        ending = cause
        close()
        return .lost(target: address.description, during: during, cause: cause)
    }

    private static func cause(_ context: UnsafeMutablePointer<redisContext>) -> String {
        // errno is hiredis's own from the read that failed: a receive timeout shows as EAGAIN.
        if context.pointee.err == REDIS_ERR_IO, errno == EAGAIN { return "no answer in time" }
        return withUnsafeBytes(of: context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func text(of code: Int32) -> String {
        code == EAGAIN ? "it took no more bytes in time" : String(cString: strerror(code))
    }

    private func greet() throws(RedisError) {
        do {
            switch (address.user, address.password) {
            case (let user?, let password?): try call("AUTH", user, password)
            case (nil, let password?): try call("AUTH", password)
            default: break
            }
            if address.database != 0 { try call("SELECT", address.database) }
        } catch {
            close()
            throw error
        }
    }
}

// MARK: Scripts

extension RedisConnection {
    private func digest(of script: Script) throws(RedisError) -> [UInt8] {
        if let known = digests[ObjectIdentifier(script)] { return known.digest }
        return try load(script)
    }

    @discardableResult
    private func load(_ script: Script) throws(RedisError) -> [UInt8] {
        let reply: Reply
        do {
            reply = try call("SCRIPT", "LOAD", script.source)
        } catch .refused(let target, _, let message) {
            throw .refused(target: target, command: "SCRIPT LOAD \(script.name)", message: message)
        }
        guard let digest = reply.bytes, digest.count == Script.digestLength else {
            throw .unexpected(command: "SCRIPT LOAD \(script.name)", reply: reply.shape)
        }
        digests[ObjectIdentifier(script)] = (script, digest)
        return digest
    }

    /// A call answered with NOSCRIPT was not executed, so sending it again cannot do anything twice.
    private func repeatMissingScripts(_ pipeline: Pipeline, _ replies: inout [Reply]) throws(RedisError) {
        let missing = pipeline.scripts.filter { Self.isMissingScript(replies[$0.command]) }
        var loaded: Set<ObjectIdentifier> = []
        for (_, script, _) in missing where loaded.insert(ObjectIdentifier(script)).inserted { try load(script) }
        for (command, _, _) in missing { try send(pipeline.bytes[pipeline.command(command)], pipeline) }
        let answers = try self.replies(to: pipeline, missing.map(\.command))
        for (answer, call) in zip(answers, missing) { replies[call.command] = answer }
    }

    private static func isMissingScript(_ reply: Reply) -> Bool {
        if case .error(let message) = reply { message.hasPrefix("NOSCRIPT") } else { false }
    }
}

extension timeval {
    /// At least a microsecond, since none at all would mean for ever.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let microseconds = Int(attoseconds / 1_000_000_000_000)
        self.init(tv_sec: max(0, Int(seconds)), tv_usec: seconds <= 0 ? max(1, microseconds) : microseconds)
    }
}
