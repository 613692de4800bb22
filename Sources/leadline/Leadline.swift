import ArgumentParser
import Glibc

/// The command line: each subcommand in a file of its own.
@main
struct Leadline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leadline",
        abstract: "Scores sales leads and opportunities as they happen.",
        discussion: """
            Start with `leadline up`, which starts a private RabbitMQ and Redis if none are set. `leadline inspect \
            leads.csv` shows what an export of your CRM holds, and the commands to train on it and to import it. Then publish \
            leads to RabbitMQ: their scores come back with reasons.

            Settings: LEADLINE_BROKER_URL, LEADLINE_REDIS_URL and others, or config/leadline.yaml; `leadline check` \
            says whether all is well.

            Exit codes: 0 done; 64 wrong usage or settings; 65 bad data, or a file that can't be read or written; \
            69 a service is away, refuses a request or does not finish in time; 70 a bug in Leadline.
            """,
        version: "leadline 0.1.0",
        subcommands: [
            UpCommand.self, EnvCommand.self, WorkerCommand.self, OrgCommand.self, InspectCommand.self,
            TrainCommand.self,
            EvaluateCommand.self,
            ScoreCommand.self, ImportCommand.self, ModelCommand.self, GradesCommand.self, ExplainCommand.self,
            LeadsCommand.self, OpportunitiesCommand.self, HistoryCommand.self, OutcomesCommand.self, TailCommand.self,
            UsageCommand.self, SweepCommand.self, RepublishCommand.self, LedgerCommand.self,
            EraseCommand.self, ExportCommand.self, RejectedCommand.self, UndeliveredCommand.self,
            DamagedCommand.self, CheckCommand.self, SampleCommand.self,
        ])

    static func main() async {
        let command: any ParsableCommand
        do { command = try parseAsRoot() } catch { exit(withError: error) }
        do {
            try await run(command)
        } catch {
            if let failure = Failure(known: error) { failure.exit() }
            // The parser's code for errors that it does not know.
            if exitCode(for: error) == .failure { Failure(.fault, "\(error)").exit() }
            type(of: command).exit(withError: error)
        }
    }

    private static func run(_ command: any ParsableCommand) async throws {
        var command = command
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    }
}
