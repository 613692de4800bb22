/// A private RabbitMQ: one node on 127.0.0.1, no plugins, one user with a random password.
///
/// Other users of the machine get nothing from it: its folder is this user's, its port asks for the password, and it
/// listens for no Erlang nodes. It runs without epmd, the daemon that maps Erlang node names to ports and outlives every
/// broker. So any number of nodes with the same name run in parallel. The data's folder is named after the node.
public struct EmbeddedRabbit: EmbeddedServer {
    public let handle: ServerHandle
    /// The virtual hosts in addition to `/`.
    public let virtualHosts: [String]

    /// - Parameters:
    ///   - folder: created if it does not exist, readable by this user only.
    ///   - port: nil for a free one.
    ///   - virtualHosts: created at the first start in the folder, which takes 2 s for 120 of them.
    ///   - distribution: whether it listens for other Erlang nodes, on a second port. `erl_call`, with which tests cause
    ///     faults in it, is one.
    public init(folder: String, port: Int? = nil, virtualHosts: [String] = [], distribution: Bool = false) {
        self.virtualHosts = virtualHosts
        let kind = ServerKind(
            name: "RabbitMQ", programs: [.rabbit, .erlang], ports: distribution ? 2 : 1,
            folders: ["home", "mnesia", "log"], logs: ["log/rabbit.log", "log/start.log"], probe: { _ in .rabbit },
            prepare: { folder, access in
                let hosts = folder.read(Self.defined) == nil ? virtualHosts : []
                try RabbitDefinitions(password: access.password, virtualHosts: hosts).write(in: folder)
                try folder.write("rabbitmq.conf", Self.settings(port: access.ports[0]))
                try folder.write("enabled_plugins", "[].\n")
                return LaunchSpec(
                    name: "RabbitMQ", program: RequiredProgram.rabbit.path, arguments: [],
                    environment: Self.environment(folder, access, distribution: distribution),
                    folder: folder.path, log: folder.file("log/start.log"))
            },
            didStart: { folder in try folder.write(Self.defined, "") })
        handle = ServerHandle(lifecycle: ServerLifecycle(kind, folder: folder, port: port))
    }

    /// The URL of virtual host `/`.
    public var url: String { url(virtualHost: "%2F") }

    /// The URL of one of `virtualHosts`.
    public func url(virtualHost: String) -> String {
        "amqp://\(RabbitDefinitions.user):\(handle.lifecycle.password)@127.0.0.1:\(port)/\(virtualHost)"
    }

    /// A file that exists once the virtual hosts are in the database: reading them again would slow down every later start.
    private static let defined = "defined"
    /// The data's folder is named after it: it must never change.
    static let node = "leadline@127.0.0.1"

    private static func environment(
        _ folder: ServerFolder, _ access: ServerAccess, distribution: Bool
    ) -> [String: String] {
        var environment = [
            "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder.file("home"),
            // Ignores the settings of a RabbitMQ that Debian installed.
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": folder.file("rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": folder.file("advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": folder.file("enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": folder.file("mnesia"),
            "RABBITMQ_LOG_BASE": folder.file("log"),
            "RABBITMQ_NODENAME": node,
            "RABBITMQ_USE_LONGNAME": "true",
            // Makes the start script replace itself with the broker instead of waiting for it.
            "RUNNING_UNDER_SYSTEMD": "1",
        ]
        // While it starts, RabbitMQ asks for its own node's port, and fails or waits for ever if an epmd of somebody else
        // doesn't know it. So the port is given here, also where nothing listens for nodes.
        let nodePort = access.ports[access.ports.count - 1]
        var arguments = "-name \(node) -start_epmd false -erl_epmd_port \(nodePort)"
        if distribution {
            environment["RABBITMQ_DIST_PORT"] = "\(nodePort)"
            arguments += " -kernel inet_dist_use_interface {127,0,0,1}"
        } else {
            arguments += " -dist_listen false"
        }
        environment["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = arguments
        return environment
    }

    // What quorum queues have removed stays in their files until the log (WAL) begins a new file and the segment holds
    // nothing else. RabbitMQ's defaults are 512 MiB and 4,096 entries: too long for what was erased.
    private static func settings(port: Int) -> String {
        """
        # Written at each start.
        listeners.tcp.1 = 127.0.0.1:\(port)
        load_definitions = \(RabbitDefinitions.file)
        disk_free_limit.absolute = 64MB
        vm_memory_high_watermark.relative = 0.3
        raft.wal_max_size_bytes = \(logBytes)
        raft.segment_max_entries = 256
        log.console = false
        log.file = rabbit.log
        log.file.level = info
        log.connection.level = warning
        log.file.rotation.size = 10485760
        log.file.rotation.count = 3

        """
    }

    /// The size at which the quorum queues' log begins a new file.
    public static let logBytes = 8 << 20
}
