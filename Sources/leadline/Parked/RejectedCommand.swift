import ArgumentParser
import Glibc
import Operations
import Report

struct RejectedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejected", abstract: "Messages that could not be used: list, show, requeue or purge them.",
        discussion: """
            What a worker refuses is kept for 30 days, whole and unchanged. Fix what the reason names, then requeue it.
            """,
        subcommands: [List.self, Show.self, Requeue.self, Purge.self])

    private static func queue(_ settings: Settings) throws -> RejectedQueue {
        RejectedQueue(try Servers(settings).broker)
    }

    struct List: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists what was rejected, the oldest first, and why.",
            discussion: "The queue stays as it is, but other readers see only a part of it while this runs.")
        @OptionGroup var listing: ParkedListingFlags

        func run(_ settings: Settings) throws {
            let page = try queue(settings).list(organization: listing.org, limit: listing.limit)
            let table = Table(
                header: ["number", "when", "kind", "reason", "field", "routing key", "bytes"], rightAligned: [0, 6])
            try listing.show(page, what: "rejected messages", table) {
                [
                    "\($0.number)", $0.rejectedAt ?? "–", $0.kind.rawValue, $0.reason, $0.field ?? "–", $0.routingKey,
                    "\($0.bytes)",
                ]
            }
        }
    }

    struct Show: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one message with its headers and its whole body.",
            discussion: "The body is what was published, personal data included.")
        @Argument(help: "Its number, as `list` shows it.") var number: Int
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            if number < 1 {
                throw ValidationError("numbers count from 1, the oldest; there is no message \(number)")
            }
        }

        func run(_ settings: Settings) throws {
            guard let message = try queue(settings).message(number) else {
                throw Failure(.data, "there is no message \(number); `leadline rejected list` shows what there is")
            }
            if json { return try printJSON(message) }
            print("routing key: \(message.routingKey)".printable)
            print("content type: \(message.contentType ?? "none")".printable)
            for (name, value) in message.headers.sorted(by: { $0.key < $1.key }) {
                print("\(name): \(value)".printable)
            }
            // Control characters in a message must not reach the terminal; a pipe gets every byte.
            guard isatty(STDOUT_FILENO) == 1 else { return print("\n" + message.body) }
            let lines = message.body.split(separator: "\n", omittingEmptySubsequences: false)
            print("\n" + lines.map { String($0).printable }.joined(separator: "\n"))
        }
    }

    struct Requeue: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes messages again, to be processed once more.",
            discussion: "What is refused again comes back at the end of the queue.")
        @OptionGroup var flags: ParkedFlags
        @OptionGroup var reason: ReasonFlag

        func validate() throws {
            if reason.reason == nil { try flags.requireChoice() }
            try reason.validate(flags)
        }

        func run(_ settings: Settings) throws {
            let outcome = try queue(settings).requeue(flags.selection(reason: reason.reason))
            print("requeued \(outcome.requeued)")
            guard outcome.stayed > 0 else { return }
            guard outcome.unroutableKeys.isEmpty else {
                let keys = outcome.unroutableKeys.sorted().prefix(3).map(\.printable).joined(separator: ", ")
                throw Failure(
                    .data,
                    "\(outcome.stayed) stay: no queue takes their routing key (\(keys)). Publish them again under "
                        + "another key, or purge them")
            }
            throw Failure(.away, "\(outcome.stayed) stay: RabbitMQ refused them for now. Try again")
        }
    }

    struct Purge: SettingsCommand {
        static let configuration = CommandConfiguration(abstract: "Drops messages for good.")
        @OptionGroup var flags: ParkedFlags
        @OptionGroup var reason: ReasonFlag
        @Flag(help: "Without asking.") var yes = false

        func validate() throws {
            if reason.reason == nil { try flags.requireChoice() }
            try reason.validate(flags)
        }

        func run(_ settings: Settings) throws {
            if !yes { try confirm() }
            let count = try queue(settings).purge(flags.selection(reason: reason.reason))
            print("dropped \(count)")
            if count > 0 { print("RabbitMQ's files hold their bytes\n\(BrokerRemains.words(indent: 0))") }
        }

        private func confirm() throws {
            let numbers = flags.numbers.sorted().map { "\($0)" }.joined(separator: ", ")
            let what = flags.numbers.isEmpty ? "all rejected messages\(narrowed)" : "rejected message \(numbers)"
            guard isatty(STDIN_FILENO) == 1 else {
                throw Failure(.usage, "this drops \(what) for good: add --yes to confirm")
            }
            print("Drop \(what) for good? Type yes: ", terminator: "")
            guard readLine() == "yes" else { throw Failure(.usage, "not confirmed: nothing was dropped") }
        }

        private var narrowed: String {
            (flags.org.map { " of \($0)" } ?? "") + (reason.reason.map { " with reason \($0)" } ?? "")
        }
    }

    struct ReasonFlag: ParsableArguments {
        @Option(help: ArgumentHelp("Only those with this reason: with --all, or alone.", valueName: "code")) var reason:
            String?

        func validate(_ flags: ParkedFlags) throws {
            if reason != nil, !flags.numbers.isEmpty {
                throw ValidationError("--reason narrows --all: give numbers or a reason, not both")
            }
        }
    }
}
