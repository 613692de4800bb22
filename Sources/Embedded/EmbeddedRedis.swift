/// A private Redis: append-only file, no snapshots, nothing evicted, on 127.0.0.1.
public struct EmbeddedRedis: EmbeddedServer {
    /// When a write is on the disk.
    public enum Fsync: String, Sendable {
        /// Before it is answered: an acknowledged write survives a power loss.
        case always
        /// Within a second: a power loss (not a crash of Redis alone) can lose the last second.
        case everysecond = "everysec"
    }

    public let run: ServerRun

    /// `folder` is made if need be, readable by this user only. Without `port` a free one is taken.
    public init(folder: String, fsync: Fsync = .always, port: Int? = nil, databases: Int = 16) {
        let kind = ServerKind(
            name: "Redis", programs: [.redis], ports: 1, folders: [], logs: ["redis.log"], question: .redis,
            prepare: { folder, ports in
                try folder.write("redis.conf", Self.settings(port: ports[0], fsync: fsync, databases: databases))
                return Launch(
                    name: "Redis", program: Program.redis.path, arguments: ["redis.conf"],
                    environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder.path],
                    folder: folder.path, log: folder.file("redis.log"))
            }, answered: { _ in })
        run = ServerRun(life: ServerLife(kind, folder: folder, port: port))
    }

    public var url: String { "redis://127.0.0.1:\(port)/0" }

    // Paths are relative to the folder, which is the working directory: it may be long and hold spaces.
    private static func settings(port: Int, fsync: Fsync, databases: Int) -> String {
        """
        # Written at each start.
        bind 127.0.0.1
        port \(port)
        databases \(databases)
        dir ./
        daemonize no
        logfile ""
        appendonly yes
        appendfsync \(fsync.rawValue)
        save ""
        maxmemory-policy noeviction

        """
    }
}
