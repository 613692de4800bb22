/// A private Redis on 127.0.0.1, with a random password: append-only file, no snapshots, no eviction.
public struct EmbeddedRedis: EmbeddedServer {
    /// When a write is flushed to the disk.
    public enum Fsync: String, Sendable {
        /// Before the reply: an acknowledged write survives a power loss.
        case always
        /// Once a second: a power loss can lose the last second, a crash of Redis nothing.
        case everysecond = "everysec"
    }

    public let handle: ServerHandle

    /// - Parameters:
    ///   - folder: created if it does not exist, readable by this user only.
    ///   - port: nil for a free one.
    public init(folder: String, fsync: Fsync = .always, port: Int? = nil, databases: Int = 16) {
        let kind = ServerKind(
            name: "Redis", programs: [.redis], ports: 1, folders: [], logs: ["redis.log"],
            probe: { .redis(password: $0) },
            prepare: { folder, access in
                try folder.write("redis.conf", Self.settings(access, fsync: fsync, databases: databases))
                return LaunchSpec(
                    name: "Redis", program: RequiredProgram.redis.path, arguments: ["redis.conf"],
                    environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder.path],
                    folder: folder.path, log: folder.file("redis.log"))
            }, didStart: { _ in })
        handle = ServerHandle(lifecycle: ServerLifecycle(kind, folder: folder, port: port))
    }

    public var url: String { "redis://:\(handle.lifecycle.password)@127.0.0.1:\(port)/0" }

    // Paths are relative to the working directory, whose name may be long and contain spaces.
    private static func settings(_ access: ServerAccess, fsync: Fsync, databases: Int) -> String {
        """
        # Written at each start.
        bind 127.0.0.1
        port \(access.ports[0])
        requirepass \(access.password)
        databases \(databases)
        dir ./
        daemonize no
        logfile ""
        appendonly yes
        appendfsync \(fsync.rawValue)
        auto-aof-rewrite-min-size 8mb
        save ""
        maxmemory-policy noeviction

        """
    }
}
