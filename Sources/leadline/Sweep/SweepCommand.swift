import ArgumentParser
import LeadModel
import Operations
import Redis
import Registry
import Views

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "The daily sweep over changed records: run one now, or show how far it is.",
        subcommands: [Run.self, Status.self])

    struct Run: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Scores changed records now, not with the next daily sweep, and waits until that is done.",
            discussion: """
                All open records are scored again if a new version was published since the last sweep, or if the model \
                reads ages. If a sweep is running, this one follows it. The workers do it: Ctrl-C ends only the waiting.
                """)
        @OptionGroup var flags: SweepFlags

        func run(_ settings: Settings) throws {
            let deployment = try Servers(settings).deployment
            try flags.follow("sweep") {
                try Sweeps(deployment).run(flags.org, entities: flags.entities, progress: $0)
            }
        }
    }

    struct Status: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the last sweep, the next one, and how far the current ones are.")
        @Option(help: ArgumentHelp("The organization; by default all.", valueName: "name")) var org: String?
        @Flag(help: "Print JSON.") var json = false

        func validate() throws { if let org { try OrganizationArgument.validate(org, "--org") } }

        func run(_ settings: Settings) throws {
            let views = try Servers(settings).withRedis { redis in
                try (org.map { [$0] } ?? RegistryReader(redis).organizations()).map {
                    try SweepStatusView(of: $0, clockOffset: settings.clockOffset, from: redis)
                }
            }
            if json { return try printJSON(views) }
            if views.isEmpty { return print("no organization yet; to create one: `leadline org create NAME`") }
            print(views.map { SweepStatusText($0).render() }.joined(separator: "\n\n"))
        }
    }
}
