/// A private RabbitMQ: one node on 127.0.0.1, no plugins, user guest with password guest.
///
/// It runs without epmd, the daemon that maps Erlang node names to ports and outlives every broker: the node's port is
/// given on its command line. So any number of nodes with the same name run in parallel. The data's folder is named
/// after the node, and this name stays the same when ports change.
public struct EmbeddedRabbit: EmbeddedServer {
    public let handle: ServerHandle
    /// The virtual hosts in addition to `/`.
    public let virtualHosts: [String]

    /// - Parameters:
    ///   - folder: created if it does not exist, readable by this user only.
    ///   - port: nil for a free one.
    ///   - virtualHosts: created at the first start in the folder, which takes 2 s for 120 of them.
    public init(folder: String, port: Int? = nil, virtualHosts: [String] = []) {
        self.virtualHosts = virtualHosts
        let kind = ServerKind(
            name: "RabbitMQ", programs: [.rabbit, .erlang], ports: 2, folders: ["home", "mnesia", "log"],
            logs: ["log/rabbit.log", "log/start.log"], probe: .rabbit,
            prepare: { folder, ports in
                let definitions = !virtualHosts.isEmpty && folder.read(Self.defined) == nil
                if definitions { try folder.write("definitions.json", Self.definitions(virtualHosts)) }
                try folder.write("rabbitmq.conf", Self.settings(port: ports[0], definitions: definitions))
                try folder.write("enabled_plugins", "[].\n")
                return LaunchSpec(
                    name: "RabbitMQ", program: RequiredProgram.rabbit.path, arguments: [],
                    environment: Self.environment(folder, ports), folder: folder.path,
                    log: folder.file("log/start.log"))
            },
            didStart: { folder in try folder.write(Self.defined, "") })
        handle = ServerHandle(lifecycle: ServerLifecycle(kind, folder: folder, port: port))
    }

    /// The URL of virtual host `/`.
    public var url: String { "amqp://guest:guest@127.0.0.1:\(port)/%2F" }

    /// The URL of one of `virtualHosts`.
    public func url(virtualHost: String) -> String { "amqp://guest:guest@127.0.0.1:\(port)/\(virtualHost)" }

    /// A file that exists once the definitions are in the database: reading them again would slow down every later start.
    private static let defined = "defined"
    /// The data's folder is named after it: it must never change.
    private static let node = "leadline@127.0.0.1"

    private static func environment(_ folder: ServerFolder, _ ports: [Int]) -> [String: String] {
        [
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
            "RABBITMQ_DIST_PORT": "\(ports[1])",
            // Makes the start script replace itself with the broker instead of waiting for it.
            "RUNNING_UNDER_SYSTEMD": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS":
                "-name \(node) -start_epmd false -erl_epmd_port \(ports[1]) "
                + "-kernel inet_dist_use_interface {127,0,0,1}",
        ]
    }

    private static func settings(port: Int, definitions: Bool) -> String {
        """
        # Written at each start.
        listeners.tcp.1 = 127.0.0.1:\(port)
        disk_free_limit.absolute = 64MB
        vm_memory_high_watermark.relative = 0.3
        log.console = false
        log.file = rabbit.log
        log.file.level = info
        log.connection.level = warning
        log.file.rotation.size = 10485760
        log.file.rotation.count = 3
        \(definitions ? "load_definitions = definitions.json" : "")

        """
    }

    private static func definitions(_ virtualHosts: [String]) -> String {
        let names = ["/"] + virtualHosts
        let hosts = names.map { #"{"name": "\#($0)"}"# }
        let permissions = names.map {
            #"{"user": "guest", "vhost": "\#($0)", "configure": ".*", "write": ".*", "read": ".*"}"#
        }
        // RabbitMQ creates no user guest by itself if it loads definitions.
        let guest = #"{"name": "guest", "password": "guest", "tags": ["administrator"]}"#
        return """
            {"users": [\(guest)],
             "vhosts": [\(hosts.joined(separator: ", "))],
             "permissions": [\(permissions.joined(separator: ", "))]}

            """
    }
}
