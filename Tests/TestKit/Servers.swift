import Embedded
import Foundation
import Redis
import Synchronization

/// One RabbitMQ and one Redis for all tests of this process: each is started when first asked for, on free ports,
/// with its data in a temporary folder. They end, and the folder goes, when the process exits; if it is killed, the
/// kernel ends them and the next test run removes the folder.
///
/// Tests run side by side in them and keep apart by a virtual host (`virtualHost`) and an organization (`org`) each.
/// A test that kills or pauses a server takes `PrivateServers`. Starting blocks the caller for up to 7 s.
public enum TestServers {
    private struct State {
        var brokers: [EmbeddedRabbit] = []
        var redis: EmbeddedRedis?
        var databases = 0
        /// Virtual hosts of the last broker that nobody has yet.
        var unused: [String] = []
        var organizations = 0
    }

    /// 60 cost the broker's start half a second, 120 two. When they are used up a further broker is started.
    private static let virtualHostsPerBroker = 60
    private static let state = Mutex(State())

    /// The shared broker. Its virtual host `/` belongs to nobody: use `virtualHost`.
    public static var broker: EmbeddedRabbit {
        get throws { try state.withLock { try $0.brokers.last ?? startBroker(&$0) } }
    }

    /// The shared Redis.
    public static var redis: EmbeddedRedis {
        get throws {
            try state.withLock { state in
                if let redis = state.redis { return redis }
                let redis = EmbeddedRedis(folder: try TestFolder.make("redis"), databases: databases)
                try redis.start()
                state.redis = redis
                return redis
            }
        }
    }

    /// Its first database.
    public static var redisURL: String { get throws { try redis.url } }

    private static let databases = 2000

    /// A database of one test's own on the shared Redis: a worker looks after every organization that it finds.
    public static func redisDatabase() throws -> String {
        let number = state.withLock { state in
            state.databases += 1
            return state.databases
        }
        precondition(number < databases, "more tests want a database of their own than Redis has")
        return try redis.url.dropLast() + "\(number)"
    }

    /// The URL of an empty virtual host, never handed out twice.
    public static func virtualHost() throws -> String {
        try state.withLock { state in
            let broker = try state.unused.isEmpty ? startBroker(&state) : state.brokers[state.brokers.count - 1]
            return broker.url(virtualHost: state.unused.removeLast())
        }
    }

    /// The name of an organization that no other test has, also of an earlier run: "t" and base 36.
    public static func org() -> String {
        let number = state.withLock { state in
            state.organizations += 1
            return state.organizations
        }
        let time = UInt64(Date().timeIntervalSince1970 * 1000)
        return "t" + String(time, radix: 36) + "-" + String(getpid(), radix: 36) + "-" + String(number, radix: 36)
    }

    /// The name of a key, channel or queue that no other test uses.
    public static func uniqueName(_ what: String) -> String { "test.\(what).\(UUID().uuidString.prefix(8))" }

    private static func startBroker(_ state: inout State) throws -> EmbeddedRabbit {
        let number = state.brokers.count + 1
        let hosts = (1...virtualHostsPerBroker).map { "test-\($0)" }
        let broker = EmbeddedRabbit(folder: try TestFolder.make("rabbit-\(number)"), virtualHosts: hosts)
        try broker.start()
        state.brokers.append(broker)
        state.unused = hosts.reversed()
        return broker
    }

    /// For the end of the process.
    fileprivate static func stop() {
        let servers = state.withLock { state in
            defer { state = State() }
            return state.brokers as [any EmbeddedServer] + (state.redis.map { [$0] } ?? [])
        }
        // What they hold is thrown away: no need to wait for an orderly end.
        for server in servers {
            server.kill()
            server.stop()
        }
    }
}

/// A broker and a Redis of a test's own, which it may kill, pause and restart. Call `stop` when done, in a `defer`.
public struct PrivateServers: Sendable {
    public let broker: EmbeddedRabbit
    public let redis: EmbeddedRedis
    private let folder: String

    /// Makes both and starts those asked for; the other can be started later. Blocks for about 5 s.
    ///
    /// - Parameter heartbeat: seconds, for all connections to the broker; nothing: what the client asks for.
    public init(
        broker withBroker: Bool = true, redis withRedis: Bool = true, fsync: EmbeddedRedis.Fsync = .always,
        heartbeat: Int? = nil
    ) throws {
        folder = try TestFolder.make("private-\(TestServers.org())")
        broker = EmbeddedRabbit(folder: folder + "/rabbit", distribution: true)
        redis = EmbeddedRedis(folder: folder + "/redis", fsync: fsync)
        if let heartbeat { try broker.set(heartbeat: heartbeat) }
        do {
            if withRedis { try redis.start() }
            if withBroker { try broker.start() }
        } catch {
            stop()
            throw error
        }
    }

    /// Ends both and removes their data.
    public func stop() {
        for server in [broker, redis] as [any EmbeddedServer] {
            server.kill()
            server.stop()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// The temporary folder of this test process: `<tmp>/leadline-tests-<process id>`.
public enum TestFolder {
    private static let prefix = "leadline-tests-"
    private static let root: Result<String, any Error> = Result {
        let temporary = FileManager.default.temporaryDirectory
        removeLeftOvers(in: temporary)
        let root = temporary.appendingPathComponent(prefix + "\(getpid())").path
        try? FileManager.default.removeItem(atPath: root)
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        atexit {
            TestServers.stop()
            if case .success(let root) = TestFolder.root { try? FileManager.default.removeItem(atPath: root) }
        }
        return root
    }

    /// A new folder in it; it goes with the process.
    public static func make(_ name: String) throws -> String {
        let folder = try root.get() + "/" + name
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Folders of test processes that were killed.
    private static func removeLeftOvers(in temporary: URL) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: temporary.path)) ?? []
        for name in names where name.hasPrefix(prefix) {
            guard let process = Int32(name.dropFirst(prefix.count)), kill(process, 0) == -1, errno == ESRCH else {
                continue
            }
            try? FileManager.default.removeItem(at: temporary.appendingPathComponent(name))
        }
    }
}

extension RedisAddress {
    /// The same server for a user that a test has added by `ACL SETUSER`, with the password "secret".
    public func asUser(_ name: String) -> RedisAddress {
        var address = self
        (address.user, address.password) = (name, "secret")
        return address
    }
}
