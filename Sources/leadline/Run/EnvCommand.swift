import ArgumentParser

struct EnvCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "env", abstract: "Prints the servers' addresses with passwords, for a shell.",
        discussion: """
            `eval "$(leadline env)"` sets LEADLINE_BROKER_URL and LEADLINE_REDIS_URL in a shell, for programs that are \
            started from it: those of the `leadline up` that runs in this folder, or those of the settings. The \
            passwords are secret: don't print this where others can read it.
            """)

    func run(_ settings: Settings) throws {
        let own = Servers.home.endpoints()
        guard (settings.broker != nil || own?.broker != nil) && (settings.redis != nil || own?.redis != nil) else {
            throw Failure(
                .away,
                "no `leadline up` runs in \(Servers.home.folder), and the settings don't name both servers. Start it, or "
                    + "set LEADLINE_BROKER_URL and LEADLINE_REDIS_URL")
        }
        let servers = try Servers(settings)
        for (name, url) in [("BROKER", servers.broker.url), ("REDIS", servers.redis.url)] {
            print("export LEADLINE_\(name)_URL='\(url)'")
        }
    }
}
