import ArgumentParser
import Fleet
import Logging
import Running
import ServiceLifecycle

extension LogFormat: ExpressibleByArgument {}

/// What `worker` and `up` share.
struct WorkerFlags: ParsableArguments {
    @Option(help: ArgumentHelp("Threads, each with connections of its own: 1 to 64.", valueName: "n"))
    var lanes: Int?
    @Option(help: "How log lines are written.")
    var logFormat: LogFormat?

    func validate() throws {
        if let lanes, !(1...64).contains(lanes) { throw ValidationError("--lanes must be 1 to 64") }
    }

    func options(_ settings: Settings, _ servers: Servers) -> WorkerOptions {
        var options = WorkerOptions(broker: servers.broker, redis: servers.redis)
        options.lanes = lanes ?? settings.lanes
        options.batch = settings.batch
        options.recordBytes = settings.record << 10
        options.poll = .seconds(settings.poll)
        options.clockOffset = settings.clockOffset
        options.failPoints = settings.failPoints
        options.minute = .seconds(settings.minute)
        return options
    }
}

struct WorkerCommand: AsyncSettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Processes record events and publishes scores, for every organization.",
        discussion: """
            It waits for RabbitMQ and Redis if they are away, declares what is missing on the broker, and logs once a \
            minute what it did and how long new leads wait at most. On SIGTERM or Ctrl-C it finishes what is in flight and \
            ends within 30 seconds.
            """)

    @OptionGroup var flags: WorkerFlags

    func run(_ settings: Settings) async throws {
        let log = Logger.service(flags.logFormat ?? settings.logFormat)
        let worker = Worker(flags.options(settings, try Servers(settings)), log: log)
        try await Services.run([worker], log: log)
    }
}

extension Logger {
    /// The log of a service that this command runs, on standard error.
    static func service(_ format: LogFormat) -> Logger {
        Logger(label: "leadline") { _ in LineLogHandler(format: format) { printError($0) } }
    }
}

/// Runs services until one ends or the process receives SIGTERM or SIGINT.
enum Services {
    static func run(_ services: [any Service], log: Logger) async throws {
        // Hides the service group's own log lines, which operators don't need.
        var quiet = log
        quiet.logLevel = .critical
        var configuration = ServiceGroupConfiguration(
            services: services.map {
                .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup)
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        try await ServiceGroup(configuration: configuration).run()
    }
}
