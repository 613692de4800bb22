import ArgumentParser
import Operations

struct RepublishCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "republish", abstract: "Publishes every current result again, each under its id.",
        discussion: """
            For a consumer that starts late or has lost its data: the current scoring and the latest notice of every \
            record that was ever published, closed and deleted ones too. Nothing is scored or counted. With --to only one \
            queue gets them. The workers do it: Ctrl-C ends only the waiting.
            """)

    @OptionGroup var flags: SweepFlags
    @Option(help: ArgumentHelp("The only queue that gets them; by default all consumers.", valueName: "queue"))
    var to: String?

    func validate() throws {
        guard let to else { return }
        let isPlain = !to.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard (1...255).contains(to.utf8.count), isPlain, to != "*" else {
            throw ValidationError("--to must be the name of a queue")
        }
        guard !to.hasPrefix("leadline.") else {
            throw ValidationError(
                "--to must be a queue of a consumer: those that begin with leadline. are Leadline's own")
        }
    }

    func run(_ settings: Settings) throws {
        let deployment = try Servers(settings).deployment
        try flags.follow("republication") {
            try Sweeps(deployment).republish(flags.org, entities: flags.entities, to: to, progress: $0)
        }
    }
}
