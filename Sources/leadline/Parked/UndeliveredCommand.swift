import ArgumentParser
import Contract
import Operations
import Report

struct UndeliveredCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undelivered",
        abstract: "Results that a consumer's queue refused: list them, or send them now.",
        discussion: """
            They are kept for 30 days. The workers send them by themselves once that queue has room; if a record has \
            changed meanwhile, only its newer result is sent.
            """,
        subcommands: [List.self, Requeue.self])

    private static func queue(_ settings: Settings) throws -> UndeliveredQueue {
        UndeliveredQueue(try Servers(settings).broker)
    }

    struct List: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists undelivered results, in the order in which they are tried.",
            discussion: "The queue stays as it is, but other readers see only a part of it while this runs.")
        @OptionGroup var listing: ParkedListingFlags

        func run(_ settings: Settings) throws {
            let page = try queue(settings).list(organization: listing.org, limit: listing.limit)
            let table = Table(header: ["number", "since", "result", "routing key", "bytes"], rightAligned: [0, 4])
            try listing.show(page, what: "undelivered results", table) {
                ["\($0.number)", $0.since ?? "–", $0.id ?? "–", $0.routingKey, "\($0.bytes)"]
            }
        }
    }

    struct Requeue: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes results again as they are: all, or those with the given numbers.",
            discussion: "All consumers get them once more, under the same ids. What is refused again stays.")
        @OptionGroup var flags: ParkedFlags

        func run(_ settings: Settings) throws {
            let (delivered, stayed) = try queue(settings).requeue(flags.selection())
            print("delivered \(delivered)")
            guard stayed > 0 else { return }
            throw Failure(
                .away,
                "\(stayed) stay: a consumer's queue still refuses them. Look in RabbitMQ for a full queue that is bound "
                    + "to \(Names.scores.name); once it has room, the workers deliver them by themselves")
        }
    }
}
