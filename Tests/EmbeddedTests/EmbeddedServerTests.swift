import Embedded
import Foundation
import TestKit
import Testing

@Suite("A private server", .serialized)
struct EmbeddedServerTests {
    @Test("a killed Redis restarts on its port with the writes it had acknowledged")
    func redisComesBack() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let port = servers.redis.port
        #expect(redis(port, "SET name value") == "+OK")
        servers.redis.kill()
        #expect(servers.redis.processID == nil)
        #expect(servers.redis.exitStatus == .signal(SIGKILL))
        try servers.redis.restart()
        #expect(servers.redis.port == port)
        #expect(redis(port, "GET name") == "$5")
    }

    @Test("a paused Redis does not answer until it is resumed")
    func redisPauses() throws {
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        servers.redis.pause()
        #expect(redis(servers.redis.port, "PING") == nil)
        servers.redis.resume()
        #expect(redis(servers.redis.port, "PING") == "+PONG")
    }

    @Test("a killed broker restarts on its port, also in a folder with a long name and spaces")
    func brokerComesBack() throws {
        let name = "a folder, with spaces # and a name that is long, " + String(repeating: "x", count: 120)
        let broker = EmbeddedRabbit(folder: try TestFolder.make(name), virtualHosts: ["one", "two"])
        try broker.start()
        defer { broker.stop() }
        let port = broker.port
        broker.kill()
        try broker.restart()
        #expect(broker.port == port)
        #expect(broker.url == "amqp://guest:guest@127.0.0.1:\(port)/%2F")
    }

    @Test("a folder has one owner at a time, and the next one gets its data and port")
    func folderHasOneOwner() throws {
        let folder = try TestFolder.make("owned")
        let first = EmbeddedRedis(folder: folder)
        try first.start()
        #expect(redis(first.port, "SET name value") == "+OK")
        let second = EmbeddedRedis(folder: folder)
        #expect(throws: EmbeddedError.folderInUse(path: folder, by: getpid())) { try second.start() }
        second.stop()
        #expect(first.processID != nil)
        #expect(
            FileManager.default.fileExists(atPath: folder + "/process"), "the owner's note of its process must stay")
        first.stop()
        try second.start()
        defer { second.stop() }
        #expect(second.port == first.port)
        #expect(redis(second.port, "GET name") == "$5")
    }

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

    /// Sends one command and returns the first line of the answer; nil if none comes within a second.
    private func redis(_ port: Int, _ command: String) -> String? {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var limit = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let connected = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let line = command + "\r\n"
        guard connected == 0, send(handle, line, line.utf8.count, 0) > 0 else { return nil }
        var answer = [UInt8](repeating: 0, count: 256)
        let count = recv(handle, &answer, answer.count, 0)
        return count > 0 ? String(decoding: answer.prefix(count).prefix { $0 != 13 }, as: UTF8.self) : nil
    }
}
