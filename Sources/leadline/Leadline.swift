import ArgumentParser
import Glibc

/// The command line: each subcommand in a file of its own.
@main
struct Leadline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leadline",
        abstract: "Scores sales leads as they happen.",
        discussion: """
            Start with `leadline up`, which brings a private RabbitMQ and Redis where no others are set. Then \
            `leadline train leads.csv --outcome Converted --positive 1 --name sales --publish`, and publish leads to \
            RabbitMQ: their scores come back with reasons.

            Exit codes: 0 done, 64 wrong usage, 65 bad data, 69 a service is away, 70 our fault.
            """,
        version: "leadline 0.1.0",
        subcommands: [
            UpCommand.self, WorkerCommand.self, OrgCommand.self, TrainCommand.self, ScoreCommand.self,
            ImportCommand.self, ModelCommand.self, ExplainCommand.self, TailCommand.self, UsageCommand.self,
            CheckCommand.self, SampleCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            failure.exit()
        } catch {
            guard let failure = Failure(known: error) else { exit(withError: error) }
            failure.exit()
        }
    }
}
