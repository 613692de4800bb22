import ArgumentParser
import LeadModel
import Redis
import Registry
import Views

/// Which organization, and which of its entities: by default all.
struct SweepTarget: ParsableArguments {
    @Option(help: ArgumentHelp("The organization.", valueName: "name")) var org = "default"
    @Option(help: "By default all.") var entity: Entity?

    func validate() throws { try OrganizationArgument.validate(org, "--org") }

    var entities: [Entity] { entity.map { [$0] } ?? Entity.allCases }

    /// Asks, waits, and says how it went.
    func ask(_ ask: SweepRequest, _ what: String, of entities: [Entity], _ redis: RedisConnection) throws {
        let wait = SweepWait(
            what: what, organization: org, entities: entities, redis: redis,
            clockOffset: try Settings.read().clockOffset)
        let begun = ContinuousClock.now
        let done = try wait.run(ask).map { entity, records in
            "\(records) \(records == 1 ? entity.rawValue : entity.plural)"
        }
        let seconds = decimals((ContinuousClock.now - begun) / .seconds(1), 1)
        print("\(org): the \(what) is done: \(done.joined(separator: ", ")), in \(seconds) s")
    }
}

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "The daily pass over changed records: runs one now, or says how it stands.",
        subcommands: [Run.self, Status.self])

    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Scores what changed now, not with the next daily sweep, and waits until it is done.",
            discussion: """
                All open records are scored again where a new version was published since the last sweep, or the model \
                reads ages. It runs after one that is under way. The workers do it: Ctrl-C ends the waiting alone.
                """)
        @OptionGroup var target: SweepTarget

        func run() throws {
            let redis = try RedisConnection(Servers.read().redis)
            defer { redis.close() }
            let registry = RegistryWriter(redis, author: Servers.author)
            _ = try registry.requiredSettings(of: target.org)
            let scored = try target.entities.filter {
                try registry.published(organization: target.org, entity: $0) != nil
            }
            guard !scored.isEmpty else {
                throw Failure(
                    .data,
                    """
                    \(target.org) publishes no \(target.entity.map { "\($0.rawValue) " } ?? "")model, so nothing can be \
                    scored; `leadline train FILE --name NAME --publish` makes one
                    """)
            }
            try target.ask(.run, "sweep", of: scored, redis)
        }
    }

    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows the last sweep, the next one, and how far the current ones are.")
        @Option(help: ArgumentHelp("The organization; by default all.", valueName: "name")) var org: String?
        @Flag(help: "Print JSON.") var json = false

        func validate() throws { if let org { try OrganizationArgument.validate(org, "--org") } }

        func run() throws {
            let offset = try Settings.read().clockOffset
            let views = try Servers.withRedis { redis in
                try (org.map { [$0] } ?? RegistryReader(redis).organizations()).map {
                    try SweepStatusView(of: $0, clockOffset: offset, from: redis)
                }
            }
            if json { return try printJSON(views) }
            if views.isEmpty { return print("no organization yet; to create one: `leadline org create NAME`") }
            print(views.map { SweepStatusText($0).render() }.joined(separator: "\n\n"))
        }
    }
}
