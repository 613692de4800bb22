import Embedded
import Foundation
import Rabbit
import Redis
import TestKit
import Testing

@Suite("A private server", .serialized)
struct EmbeddedServerTests {
    @Test("a killed Redis restarts on its port with the writes it had acknowledged")
    func redisComesBack() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let port = servers.redis.port
        #expect(redis(servers.redis, "SET name value") == "+OK")
        servers.redis.kill()
        #expect(servers.redis.processID == nil)
        #expect(servers.redis.exitStatus == .signal(SIGKILL))
        try servers.redis.restart()
        #expect(servers.redis.port == port)
        #expect(redis(servers.redis, "GET name") == "$5")
    }

    @Test("a paused Redis does not answer until it is resumed")
    func redisPauses() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        servers.redis.pause()
        #expect(redis(servers.redis, "PING") == nil)
        servers.redis.resume()
        #expect(redis(servers.redis, "PING") == "+PONG")
    }

    @Test("a killed broker restarts on its port, also in a folder with a long name and spaces")
    func brokerComesBack() throws {
        let name = "a folder, with spaces # and a name that is long, " + String(repeating: "x", count: 120)
        let broker = EmbeddedRabbit(folder: try TestFolder.make(name), virtualHosts: ["one", "two"])
        try broker.start()
        defer { broker.stop() }
        let (port, url) = (broker.port, broker.url)
        broker.kill()
        try broker.restart()
        #expect(broker.port == port && broker.url == url)
        try RabbitConnection(RabbitAddress(broker.url(virtualHost: "two")), name: "test").close()
    }

    @Test("a folder has one owner at a time, and the next one gets its data and port")
    func folderHasOneOwner() throws {
        let folder = try TestFolder.make("owned")
        let first = EmbeddedRedis(folder: folder)
        try first.start()
        #expect(redis(first, "SET name value") == "+OK")
        let second = EmbeddedRedis(folder: folder)
        #expect(throws: EmbeddedError.folderInUse(path: folder, by: getpid())) { try second.start() }
        second.stop()
        #expect(first.processID != nil)
        #expect(
            FileManager.default.fileExists(atPath: folder + "/process"), "the owner's note of its process must stay")
        first.stop()
        try second.start()
        defer { second.stop() }
        #expect(second.port == first.port && second.url == first.url)
        #expect(redis(second, "GET name") == "$5")
    }

    @Test("a server answers nobody without its password, which changes when another process has taken its port")
    func password() throws {
        let folder = try TestFolder.make("password")
        let first = EmbeddedRedis(folder: folder)
        try first.start()
        #expect(redis(first, "SET name value") == "+OK")
        #expect(redis(first, "KEYS *", password: nil)?.hasPrefix("-NOAUTH") == true)
        first.stop()
        // Whoever listens there while the server is away hears the passwords of its clients.
        let other = EmbeddedRedis(folder: try TestFolder.make("other"), port: first.port)
        try other.start()
        defer { other.stop() }
        let second = EmbeddedRedis(folder: folder)
        try second.start()
        defer { second.stop() }
        #expect(second.port != first.port)
        #expect(redis(second, "GET name") == "$5")
        #expect(redis(second, "GET name", password: password(first))?.hasPrefix("-") == true)
        #expect(password(second) == second.formerPassword && password(second) != password(first))
    }

    @Test("RabbitMQ's own user guest has no access, also to data of a version that used it")
    func guest() throws {
        let folder = try TestFolder.make("guest")
        let former = EmbeddedRabbit(folder: folder, distribution: true)
        try former.start()
        defer { former.stop() }
        try former.addGuest()
        let guest = try RabbitAddress("amqp://guest:guest@127.0.0.1:\(former.port)")
        try RabbitConnection(guest, name: "test").close()
        former.stop()
        for file in ["definitions.json", "password", "defined"] {
            try FileManager.default.removeItem(atPath: folder + "/" + file)
        }
        // The second start reads what the first has written.
        for _ in 1...2 {
            let broker = EmbeddedRabbit(folder: folder)
            try broker.start()
            defer { broker.stop() }
            #expect(broker.port == former.port)
            #expect(throws: RabbitError.self) { try RabbitConnection(guest, name: "test") }
            try RabbitConnection(RabbitAddress(broker.url), name: "test").close()
        }
    }

    private func password(_ server: EmbeddedRedis) -> String? { try? RedisAddress(server.url).password }

    @Test("the error of a server that can't start quotes the end of its log")
    func saysWhy() throws {
        let folder = try TestFolder.make("broken")
        try FileManager.default.createDirectory(atPath: folder + "/appendonlydir", withIntermediateDirectories: true)
        try Data("nonsense\n".utf8).write(to: URL(fileURLWithPath: folder + "/appendonlydir/appendonly.aof.manifest"))
        let error = try #require(throws: EmbeddedError.self) { try EmbeddedRedis(folder: folder).start() }
        guard case .ended(_, _, let log, let lines) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(log == folder + "/redis.log")
        #expect(lines.contains { $0.contains("manifest") })
    }

    @Test("the error names a requested port that is in use")
    func portTaken() throws {
        let first = EmbeddedRedis(folder: try TestFolder.make("first"))
        try first.start()
        defer { first.stop() }
        let second = EmbeddedRedis(folder: try TestFolder.make("second"), port: first.port)
        #expect(throws: EmbeddedError.portTaken(name: "Redis", port: first.port)) { try second.start() }
    }

    /// Logs in, sends one command and returns the first line of the answer; nil if none comes within a second.
    private func redis(_ server: EmbeddedRedis, _ command: String) -> String? {
        redis(server, command, password: password(server))
    }

    /// - Parameter password: nil to send the command without logging in.
    private func redis(_ server: EmbeddedRedis, _ command: String, password: String?) -> String? {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(server.port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return nil }
        var answer: String?
        for line in (password.map { ["AUTH \($0)"] } ?? []) + [command] {
            guard send(handle, line + "\r\n", line.utf8.count + 2, 0) > 0 else { return nil }
            var bytes = [UInt8](repeating: 0, count: 256)
            let count = recv(handle, &bytes, bytes.count, 0)
            answer = count > 0 ? String(decoding: bytes.prefix(count).prefix { $0 != 13 }, as: UTF8.self) : nil
        }
        return answer
    }
}
