import ArgumentParser
import Foundation
import Glibc

/// What `deploy/bench` runs. The contenders are processes of their own, so that each one's processor time can be read;
/// the forwarder among them is this program too.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", subcommands: [CompareCommand.self, ForwardCommand.self, TrainCommand.self],
        defaultSubcommand: CompareCommand.self)
}

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "compare", abstract: "Runs comparisons.")

    enum Name: String, CaseIterable, ExpressibleByArgument {
        case workers, bystander, record, memory, store, sweep, projecting, score, training
        case sweepLatency = "sweep-latency"
        case sweepMemory = "sweep-memory"
    }

    @Argument(help: "Which comparisons: \(Name.allCases.map(\.rawValue).joined(separator: ", ")).")
    var names: [Name] = [.workers]
    @Flag(help: "One JSON object on standard output, and nothing else.") var json = false
    @Option(name: .customLong("rounds"), help: "Interleaved rounds of each, 1 to 50: 5, and 3 of sweep and projecting.")
    var givenRounds: Int?
    @Option(help: "Leads that the fastest contenders drain; slower ones get a fixed share of it.") var leads = 60_000
    @Option(
        name: .customLong("records"),
        help: "Records: of memory 1000000, sweep 20000, sweep-latency 60000, sweep-memory 200000, projecting 100000.")
    var givenRecords: Int?
    @Option(help: "In the comparison of store: records stored.") var stored = 100_000
    @Option(help: "In the comparison of workers, only these, without latencies: for trials.") var only: [Contender] = []
    @OptionGroup var closed: ClosedRecords
    @Option(help: "In the comparison of training: records of the largest made-up table.") var most = 250_000
    @Option(help: "Python with pika, celery and redis.") var python: String
    @Option(help: "Where the servers keep their data while it runs: on a real disk, or fsync costs nothing.")
    var folder: String
    @Option(help: "Python with lightgbm, interpret-core and numpy, for the comparisons of score and training.")
    var learners: String = "python3"

    func validate() throws {
        guard (1...50).contains(rounds) else { throw ValidationError("--rounds must be 1 to 50") }
        guard (3_000...1_000_000).contains(leads) else { throw ValidationError("--leads must be 3000 to 1000000") }
        guard (10_000...10_000_000).contains(records(10_000)) else {
            throw ValidationError("--records must be 10000 to 10000000")
        }
        guard (1_000...10_000_000).contains(stored) else {
            throw ValidationError("--stored must be 1000 to 10000000")
        }
        guard (TrainingComparison.least...4_000_000).contains(most) else {
            throw ValidationError("--most must be \(TrainingComparison.least) to 4000000")
        }
    }

    private var rounds: Int { givenRounds ?? 5 }

    private func records(_ standard: Int) -> Int { givenRecords ?? standard }

    func run() throws {
        // A contender that ended leaves a broken pipe or socket, which is an error and not our end.
        signal(SIGPIPE, SIG_IGN)
        do {
            for name in names {
                switch name {
                case .workers:
                    let workers = WorkersComparison(
                        rounds: rounds, leads: leads, contenders: only, python: python, folder: folder)
                    let figures = try workers.run()
                    print(json ? try figures.json() : figures.table())
                case .bystander:
                    let figures = try BystanderComparison(rounds: rounds, leads: leads, folder: folder).run()
                    print(json ? try figures.json() : figures.text)
                case .record:
                    let figures = try RecordComparison(rounds: rounds).run()
                    print(json ? try figures.json() : figures.text)
                case .score:
                    let figures = try ScoreComparison(
                        rounds: rounds, python: learners, folder: folder, file: closed.trainingFile,
                        records: closed.made
                    ).run()
                    print(json ? try figures.json() : figures.text)
                case .training:
                    let figures = try TrainingComparison(
                        python: learners, folder: folder, file: closed.trainingFile, most: most, records: closed.made
                    ).run()
                    print(json ? try figures.json() : figures.text)
                case .store:
                    let figures = try StoreComparison(records: stored, folder: folder).run()
                    print(json ? try figures.json() : figures.text)
                case .sweep:
                    let figures = try SweepComparison(
                        rounds: givenRounds ?? 3, records: records(20_000), folder: folder
                    ).run()
                    print(json ? try figures.json() : figures.text)
                case .projecting:
                    let figures = try ProjectingComparison(
                        rounds: givenRounds ?? 3, records: records(100_000), folder: folder
                    ).run()
                    print(json ? try figures.json() : figures.text)
                case .sweepLatency:
                    let figures = try SweepLatency(rounds: rounds, records: records(60_000), folder: folder).run()
                    print(json ? try figures.json() : figures.text)
                case .sweepMemory:
                    let figures = try SweepMemory(records: records(200_000), folder: folder).run()
                    print(json ? try figures.json() : figures.text)
                case .memory:
                    let figures = try MemoryComparison(records: records(1_000_000), folder: folder).run()
                    print(json ? try figures.json() : figures.text)
                }
            }
        } catch {
            note("bench: \(error)")
            throw ExitCode(70)
        }
    }
}

/// The closed records that learners are compared on.
struct ClosedRecords: ParsableArguments {
    @Option(help: "CSV of closed records; without one they are made up.") var file: String?
    @Option(help: "The column of the outcome.") var outcome: String?
    @Option(help: "The outcome that is the good one.") var positive: String?
    @Option(help: "A text that means missing; can be repeated.") var missing: [String] = []
    @Option(help: "A column to leave out; can be repeated.") var exclude: [String] = []
    @Option(help: "Where --file stands, unless it says so itself.") var caller = "."
    @Option(help: "How many are made up.") var made = 20_000

    func validate() throws {
        guard file == nil || (outcome != nil && positive != nil) else {
            throw ValidationError("--file needs --outcome COL and --positive VALUE")
        }
        guard (1_000...1_000_000).contains(made) else { throw ValidationError("--made must be 1000 to 1000000") }
    }

    var trainingFile: TrainingFile? {
        guard let file, let outcome, let positive else { return nil }
        let path = file.hasPrefix("/") ? file : caller + "/" + file
        return TrainingFile(path: path, outcome: outcome, positive: positive, missing: missing, exclude: exclude)
    }
}

extension Contender: ExpressibleByArgument {}

/// Something that makes the figures worthless: the bench ends with it.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Progress; standard output is for the figures alone.
func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
