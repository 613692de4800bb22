internal import CHiredis
import Glibc

/// A connection to a Redis server.
///
/// 1. It belongs to the thread that made it, and blocks that thread while it waits; it is never awaited.
/// 2. It sends pipelines and reads their replies in order.
/// 3. It loads scripts when they are first called.
/// 4. It closes itself after any `.lost`: a late reply might otherwise be taken for the next command's.
///
/// If the process dies, or the connection is lost, Redis may have executed any number of the first commands that were
/// sent. Nothing is sent twice, except a script call that Redis did not execute because it did not have the script.
public final class RedisConnection {
    public let address: RedisAddress
    /// The longest wait for a reply.
    public private(set) var timeout: Duration
    /// Nil once closed.
    var context: UnsafeMutablePointer<redisContext>?
    var ending = "it was closed here"
    /// The digests of the scripts that this connection loaded. It retains the scripts, so that no other can get the
    /// identity of one.
    var digests: [ObjectIdentifier: (script: Script, digest: [UInt8])] = [:]

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
        // A subscriber sends nothing: without keep-alive probes it would never notice that the server is gone.
        if case .tcp = address.place { redisEnableKeepAlive(made) }
        try logIn()
    }

    private func logIn() throws(RedisError) {
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

    deinit { close() }

    /// Ends the connection as if the network had lost its last reply: fault injection.
    package func lose() -> RedisError {
        close()
        return .lost(target: address.description, during: "fault injection", cause: "a fail point lost the answer")
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

    /// Changes the longest wait for a reply.
    public func setTimeout(_ timeout: Duration) throws(RedisError) {
        self.timeout = timeout
        redisSetTimeout(try open("setting the timeout"), timeval(timeout))
    }

    /// Sends one command and returns its reply. Throws an error reply.
    @discardableResult
    public func call<each Part: CommandPart>(
        _ name: StaticString, _ parts: repeat each Part
    ) throws(RedisError) -> Reply {
        var pipeline = Pipeline()
        pipeline.add(name, repeat each parts)
        return try single(pipeline)
    }

    /// Calls a script and returns its reply. Throws an error reply.
    @discardableResult
    public func call<each Part: CommandPart>(
        _ script: Script, keys: [String], _ arguments: repeat each Part
    ) throws(RedisError) -> Reply {
        var pipeline = Pipeline()
        pipeline.add(script, keys: keys, repeat each arguments)
        return try single(pipeline)
    }

    /// Sends all commands and returns one reply each, in order, error replies included. An error that means Redis is away
    /// is thrown once all replies are read: the other commands may then have been executed. The calls of a missing script
    /// are sent again after the rest, once it is loaded.
    public func run(_ pipeline: Pipeline) throws(RedisError) -> [Reply] {
        precondition(pipeline.isComplete, "a command has fewer parts than it was begun with")
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
            if case .error(let message) = reply, RedisError.isTransient(message) {
                throw RedisError.of(message, to: pipeline.name(of: index), target: address.description)
            }
        }
        return replies
    }

    /// Sends all commands and returns one reply each, in order. Throws the first error reply.
    public func runAll(_ pipeline: Pipeline) throws(RedisError) -> [Reply] {
        let replies = try run(pipeline)
        for (index, reply) in replies.enumerated() {
            if case .error(let message) = reply {
                throw RedisError.of(message, to: pipeline.name(of: index), target: address.description)
            }
        }
        return replies
    }

    /// The same, but an error because of what is stored under a command's keys stays in its reply.
    public func runUnlessDamaged(_ pipeline: Pipeline) throws(RedisError) -> [Reply] {
        let replies = try run(pipeline)
        for (index, reply) in replies.enumerated() {
            guard case .error(let message) = reply, !RedisError.isOfStoredData(message) else { continue }
            throw RedisError.of(message, to: pipeline.name(of: index), target: address.description)
        }
        return replies
    }

    private func single(_ pipeline: Pipeline) throws(RedisError) -> Reply {
        let reply = try run(pipeline)[0]
        guard case .error(let message) = reply else { return reply }
        throw RedisError.of(message, to: pipeline.name(of: 0), target: address.description)
    }

    /// The error for a reply of a shape that the command does not have. It shows the shape, never the content.
    public func unexpected(_ reply: Reply, to command: String) -> RedisError {
        .unexpected(target: address.description, command: command, reply: reply.shape)
    }
}
