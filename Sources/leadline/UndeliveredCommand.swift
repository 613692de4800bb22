import ArgumentParser
import Contract
import LeadModel
import Rabbit

struct UndeliveredCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undelivered",
        abstract: "Results that a consumer's queue would not take: lists them, or sends them now.",
        discussion: """
            They are kept for 30 days. The workers send them by themselves once that queue has room; of a record that has \
            moved on meanwhile only what is newer is sent.
            """,
        subcommands: [List.self, Requeue.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists results that wait, in the order in which they are tried.",
            discussion: "The queue stays as it is; while it is looked over, others find only a part of it there.")
        @OptionGroup var listing: ParkedListing

        func run() throws {
            let queue = try ParkedQueue(Names.undelivered, broker: Servers.read().broker, for: "undelivered list")
            defer { queue.close() }
            var (count, shown): (Int, [Shown]) = (0, [])
            try queue.look { kept in
                let one = Shown(kept)
                guard one.routingKey.isKey(of: listing.org) else { return }
                count += 1
                if count <= listing.limit { shown.append(one) }
            }
            if listing.json { return try printJSON(shown) }
            if shown.isEmpty {
                return print(listing.org.map { "nothing of \($0) is undelivered" } ?? "nothing is undelivered")
            }
            var table = Table(header: ["number", "since", "result", "routing key", "bytes"], rightAligned: [0, 4])
            table.rows = shown.map {
                ["\($0.number)", $0.since ?? "–", $0.id ?? "–", $0.routingKey, "\($0.bytes)"]
            }
            print(table.render())
            if listing.limit < count { print("\n\(listing.limit) of \(count); --limit shows more") }
        }
    }

    struct Requeue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes them again as they are: all, or those whose numbers are given.",
            discussion: "All consumers get them once more, under the ids that they had. What is refused again stays.")
        @OptionGroup var which: ParkedFlags

        func run() throws {
            let broker = try Servers.read().broker
            let queue = try ParkedQueue(Names.undelivered, broker: broker, for: "undelivered requeue")
            defer { queue.close() }
            let sender = try ParkedSender(broker, for: "undelivered requeue")
            defer { sender.close() }
            let choice = which.choice { $0.delivery.resultKey.isKey(of: which.org) }
            let (gone, stay) = try queue.remove(choice) { messages in
                try sender.send(messages) { kept in
                    guard !kept.delivery.resultKey.isEmpty else { return nil }
                    var properties = kept.delivery.properties
                    for name in [Names.Header.origin, "x-delivery-count"] { properties.headers[name] = nil }
                    properties.timestamp = nil
                    return (Names.scores, kept.delivery.resultKey, properties)
                }
            }
            print("delivered \(gone)")
            guard stay > 0 else { return }
            throw Failure(
                .away,
                "\(stay) stay: a consumer's queue still refuses them. Look in RabbitMQ for a full queue that is bound to "
                    + "\(Names.scores.name); once it has room the workers deliver them by themselves")
        }
    }

    private struct Shown: Encodable {
        var number: Int
        /// When the broker would not take it.
        @OrNull var since: String?
        @OrNull var id: String?
        var routingKey: String
        var bytes: Int

        init(_ kept: ParkedMessage) {
            let properties = kept.delivery.properties
            (number, id, bytes) = (kept.number, properties.messageID, kept.delivery.body.count)
            since = properties.timestamp.flatMap(Moment.text(seconds:))
            routingKey = kept.delivery.resultKey
        }
    }
}

extension ReceivedMessage {
    /// The key under which an undelivered result was published; empty if it has none.
    fileprivate var resultKey: String { properties.headers[Names.Header.origin]?.text ?? "" }
}
