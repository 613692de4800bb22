import TestKit
import Testing

@testable import Redis

/// Against a real Redis.
@Suite("A Redis connection", .timeLimit(.minutes(2)))
struct RedisConnectionTests {
    let address: RedisAddress

    init() throws { address = try RedisAddress(TestServers.redisURL) }

    private let add = Script("add", "return redis.call('INCRBY', KEYS[1], ARGV[1])")

    private func connect() throws -> RedisConnection { try RedisConnection(address, timeout: .seconds(5)) }

    @Test("a pipeline's replies come in order and in every shape")
    func shapes() throws {
        let redis = try connect()
        let key = TestServers.uniqueName("shapes")
        defer { _ = try? redis.call("DEL", key) }
        var pipeline = Pipeline()
        pipeline.add("HSET", key, "a", [0, 255, 13, 10] as [UInt8], "n", 42)
        pipeline.add("HMGET", key, "a", "n", "missing")
        pipeline.add("GET", key)
        pipeline.add("EVAL", "return {1, {'x', false}}", 0)
        pipeline.add("PING")
        pipeline.add("HGET", key, "missing")
        let replies = try redis.run(pipeline)
        #expect(replies[0] == .integer(2))
        #expect(replies[1] == .array([.bytes([0, 255, 13, 10]), .bytes(Array("42".utf8)), .null]))
        #expect(replies[1].array?[1].int == 42)
        #expect(replies[2].error?.hasPrefix("WRONGTYPE") == true)
        #expect(replies[3] == .array([.integer(1), .array([.bytes([120]), .null])]))
        #expect(replies[4].text == "PONG" && replies[5].isNull)
    }

    @Test("a pipeline of megabytes is sent and answered completely")
    func large() throws {
        let redis = try connect()
        let key = TestServers.uniqueName("large")
        defer { _ = try? redis.call("DEL", key) }
        var pipeline = Pipeline()
        let value = [UInt8](repeating: 7, count: 1000)
        for number in 0..<10_000 { pipeline.add("HSET", key, number, value) }
        pipeline.add("HGETALL", key)
        let replies = try redis.run(pipeline)
        #expect(replies.count == 10_001 && replies[10_000].array?.count == 20_000)
    }

    @Test("call throws an error reply, with command and key but without the value")
    func refused() throws {
        let redis = try connect()
        let key = TestServers.uniqueName("refused")
        try redis.call("SET", key, "text")
        defer { _ = try? redis.call("DEL", key) }
        let error = try #require(throws: RedisError.self) { try redis.call("HSET", key, "field", "precious") }
        #expect(!error.isAway && error.description.contains("HSET \(key) refused: WRONGTYPE"))
        #expect(!error.description.contains("precious"))
        #expect(try redis.call("GET", key).text == "text")
    }

    @Test("a script that the server lost is loaded again, and each of its calls runs once")
    func forgottenScript() throws {
        let redis = try connect()
        let key = TestServers.uniqueName("script")
        defer { _ = try? redis.call("DEL", key) }
        #expect(try redis.call(add, keys: [key], 1) == .integer(1))
        try redis.call("SCRIPT", "FLUSH")
        var pipeline = Pipeline()
        pipeline.add(add, keys: [key], 10)
        pipeline.add("PING")
        pipeline.add(add, keys: [key], 100)
        #expect(try redis.run(pipeline) == [.integer(11), .status("PONG"), .integer(111)])
        #expect(try redis.run(pipeline) == [.integer(121), .status("PONG"), .integer(221)])
    }

    @Test("the error of a script that does not compile names it")
    func badScript() throws {
        let redis = try connect()
        let error = try #require(throws: RedisError.self) { try redis.call(Script("bad", "return ("), keys: []) }
        #expect(!error.isAway && error.description.contains("SCRIPT LOAD bad"))
        #expect(try redis.call("PING").text == "PONG")
    }

    @Test("an error that means away is thrown after all replies are read: the connection goes on")
    func away() throws {
        let redis = try connect()
        var pipeline = Pipeline()
        pipeline.add("EVAL", "return redis.error_reply('MISCONF cannot write')", 0)
        pipeline.add("PING")
        let error = try #require(throws: RedisError.self) { try redis.run(pipeline) }
        guard case .away = error else { throw error }
        #expect(try redis.call("ECHO", "still here").text == "still here")
    }

    @Test("a connection killed by the server is lost, and stays closed")
    func killed() throws {
        let redis = try connect()
        let id = try #require(try redis.call("CLIENT", "ID").int)
        try connect().call("CLIENT", "KILL", "ID", id)
        for _ in 0..<2 {
            let error = try #require(throws: RedisError.self) {
                try redis.call("GET", "x")
                try redis.call("GET", "x")
            }
            guard case .lost(_, "GET x", _) = error else { throw error }
            #expect(error.isAway && !redis.isOpen)
        }
    }

    @Test("a reply that does not come in time closes the connection")
    func timeout() throws {
        let redis = try connect()
        try redis.setTimeout(.milliseconds(200))
        let error = try #require(throws: RedisError.self) {
            try redis.call("BLPOP", TestServers.uniqueName("nothing"), 5)
        }
        guard case .lost(_, _, "no answer in time") = error else { throw error }
        #expect(!redis.isOpen)
    }

    @Test("a port where nothing listens is unreachable, by host and port")
    func wrongPort() throws {
        var wrong = address
        wrong.place = .tcp(host: "127.0.0.1", port: 1)
        let error = try #require(throws: RedisError.self) { try RedisConnection(wrong) }
        guard case .unreachable = error else { throw error }
        #expect(error.isAway && error.description.contains("127.0.0.1:1"))
    }

    @Test("a database is selected when connecting, and a wrong password is refused without showing it")
    func greeting() throws {
        var other = address
        other.database = 5
        let key = TestServers.uniqueName("database")
        let redis = try RedisConnection(other)
        try redis.call("SET", key, 1)
        #expect(try connect().call("EXISTS", key) == .integer(0))
        try redis.call("DEL", key)
        other.password = "hunter2"
        let error = try #require(throws: RedisError.self) { try RedisConnection(other) }
        #expect(!error.isAway && error.description.contains("AUTH") && !error.description.contains("hunter2"))
    }
}
