import Testing

@testable import Redis

@Suite("A pipeline")
struct PipelineTests {
    private func text(_ pipeline: Pipeline) -> String { String(decoding: pipeline.bytes, as: UTF8.self) }

    @Test("commands are written in Redis's format, with lengths in bytes")
    func commands() {
        var pipeline = Pipeline()
        pipeline.add("SET", "ä", [1, 13, 10] as [UInt8])
        pipeline.add("INCRBY", "k", -12)
        #expect(
            text(pipeline)
                == "*3\r\n$3\r\nSET\r\n$2\r\nä\r\n$3\r\n\u{1}\r\n\r\n*3\r\n$6\r\nINCRBY\r\n$1\r\nk\r\n$3\r\n-12\r\n")
        #expect(pipeline.count == 2)
    }

    @Test("a command can be built part by part")
    func parts() {
        var pipeline = Pipeline()
        pipeline.begin("HMGET", parts: 12)
        for number in 0..<11 { pipeline.append(number) }
        #expect(text(pipeline).hasPrefix("*12\r\n$5\r\nHMGET\r\n$1\r\n0\r\n"))
        #expect(text(pipeline).hasSuffix("$1\r\n9\r\n$2\r\n10\r\n"))
    }

    @Test("the smallest and largest integers are written in full")
    func integers() {
        var pipeline = Pipeline()
        pipeline.add("X", Int64.min, UInt64.max, 0)
        #expect(text(pipeline).contains("$20\r\n-9223372036854775808\r\n$20\r\n18446744073709551615\r\n$1\r\n0\r\n"))
    }

    @Test("an emptied pipeline can be filled again")
    func removeAll() {
        var pipeline = Pipeline()
        pipeline.add("PING")
        pipeline.removeAll()
        #expect(pipeline.isEmpty && pipeline.bytes.isEmpty)
    }

    @Test("errors name a command and its key, never a value or a password")
    func names() {
        var pipeline = Pipeline()
        pipeline.add("SET", "key", "value")
        pipeline.add("AUTH", "user", "password")
        pipeline.add(Script("raise", "return 1"), keys: ["counter"], "value")
        pipeline.add(Script("clock", "return 1"), keys: [], "value")
        pipeline.add("PING")
        #expect((0..<5).map(pipeline.name) == ["SET key", "AUTH", "script raise counter", "script clock", "PING"])
    }

    @Test("only transient errors mean that Redis is away")
    func away() {
        for message in ["LOADING Redis is loading", "OOM command not allowed", "BUSY Redis is busy", "READONLY x"] {
            #expect(RedisError.of(message, to: "SET k", target: "r").isAway)
        }
        for message in ["BUSYGROUP exists", "WRONGTYPE x", "ERR syntax error", "NOAUTH x"] {
            #expect(!RedisError.of(message, to: "SET k", target: "r").isAway)
        }
    }

    @Test("the error of an unknown command does not contain its arguments")
    func cut() {
        let error = RedisError.of("ERR unknown command 'X', with args beginning with: 'secret'", to: "X", target: "r")
        #expect(error == .refused(target: "r", command: "X", message: "ERR unknown command 'X'"))
    }
}
