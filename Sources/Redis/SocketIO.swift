internal import CHiredis
import Glibc

/// Sending commands and receiving replies.
extension RedisConnection {
    /// Writes to the socket without hiredis, whose version 0.14 would raise SIGPIPE if it is closed.
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

    func replies(to pipeline: Pipeline, _ commands: some Sequence<Int>) throws(RedisError) -> [Reply] {
        var replies: [Reply] = []
        replies.reserveCapacity(pipeline.count)
        for command in commands { replies.append(try reply(during: pipeline.name(of: command))) }
        return replies
    }

    /// Waits for the next reply.
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

    /// The next reply if it was read from the socket already, else nil.
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

    func open(_ during: @autoclosure () -> String) throws(RedisError) -> UnsafeMutablePointer<redisContext> {
        guard let context else { throw .lost(target: address.description, during: during(), cause: ending) }
        return context
    }

    func lost(during: String, _ cause: String) -> RedisError {
        ending = cause
        close()
        return .lost(target: address.description, during: during, cause: cause)
    }

    static func cause(_ context: UnsafeMutablePointer<redisContext>) -> String {
        // errno is hiredis's own from the read that failed: a receive timeout shows as EAGAIN.
        if context.pointee.err == REDIS_ERR_IO, errno == EAGAIN { return "no answer in time" }
        return withUnsafeBytes(of: context.pointee.errstr) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static func text(of code: Int32) -> String {
        code == EAGAIN ? "the socket accepted no more bytes in time" : String(cString: strerror(code))
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
