import ArgumentParser
import Contract
import Foundation
import Glibc
import Rabbit

struct RejectedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rejected", abstract: "What could not be used: lists, shows, requeues or drops it.",
        discussion: """
            What a worker refuses is kept for 30 days, whole and unchanged. Mend what the reason names, then requeue it.
            """,
        subcommands: [List.self, Show.self, Requeue.self, Purge.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists what was rejected, the oldest first, and why.",
            discussion: "The queue stays as it is; while it is looked over, others find only a part of it there.")
        @OptionGroup var listing: ParkedListing

        func run() throws {
            let queue = try ParkedQueue(Names.rejected, broker: Servers.read().broker, for: "rejected list")
            defer { queue.close() }
            var (count, shown): (Int, [RejectedLine]) = (0, [])
            try queue.look { kept in
                let one = RejectedLine(kept)
                guard one.routingKey.isKey(of: listing.org) else { return }
                count += 1
                if count <= listing.limit { shown.append(one) }
            }
            if listing.json { return try printJSON(shown) }
            if shown.isEmpty {
                return print(listing.org.map { "nothing of \($0) is rejected" } ?? "nothing is rejected")
            }
            var table = Table(
                header: ["number", "when", "kind", "reason", "field", "routing key", "bytes"], rightAligned: [0, 6])
            table.rows = shown.map {
                [
                    "\($0.number)", $0.rejectedAt ?? "–", $0.kind.rawValue, $0.reason, $0.field ?? "–", $0.routingKey,
                    "\($0.bytes)",
                ]
            }
            print(table.render())
            if listing.limit < count { print("\n\(listing.limit) of \(count); --limit shows more") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one with its headers and its whole body.",
            discussion: "The body is what was published, personal data included.")
        @ArgumentParser.Argument(help: "Its number, as `list` says it.") var number: Int
        @Flag(help: "As JSON.") var json = false

        func validate() throws {
            if number < 1 { throw ValidationError("numbers count from 1, the oldest: \(number) is none") }
        }

        func run() throws {
            let queue = try ParkedQueue(Names.rejected, broker: Servers.read().broker, for: "rejected show")
            defer { queue.close() }
            var found: ParkedMessage?
            try queue.look { if $0.number == number { found = $0 } }
            guard let found else {
                throw Failure(.data, "there is no message \(number); `leadline rejected list` shows what there is")
            }
            let whole = RejectedWhole(found)
            if json { return try printJSON(whole) }
            print("routing key: \(whole.routingKey)".printable)
            print("content type: \(whole.contentType ?? "none")".printable)
            for (name, value) in whole.headers.sorted(by: { $0.key < $1.key }) { print("\(name): \(value)".printable) }
            // A terminal is not to be steered by what strangers wrote; a pipe gets every byte.
            guard isatty(STDOUT_FILENO) == 1 else { return print("\n" + whole.body) }
            let lines = whole.body.split(separator: "\n", omittingEmptySubsequences: false)
            print("\n" + lines.map { String($0).printable }.joined(separator: "\n"))
        }
    }

    struct Requeue: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes them again, to be worked once more.",
            discussion: "What is refused again comes back at the end of the queue.")
        @OptionGroup var which: ParkedFlags
        @Option(help: ArgumentHelp("With --all: those with this reason alone.", valueName: "code")) var reason: String?

        func validate() throws {
            try which.need()
            try RejectedCommand.validate(reason, which)
        }

        func run() throws {
            let broker = try Servers.read().broker
            let queue = try ParkedQueue(Names.rejected, broker: broker, for: "rejected requeue")
            defer { queue.close() }
            let sender = try ParkedSender(broker, for: "rejected requeue")
            defer { sender.close() }
            var homeless: Set<String> = []
            let (gone, stay) = try queue.remove(RejectedCommand.choice(which, reason)) { messages in
                try sender.send(messages) { kept in
                    let key = RejectedMessage(kept.delivery).origin
                    guard Names.records.hasQueue(for: key) else {
                        homeless.insert(key)
                        return nil
                    }
                    return (Names.records, key, RejectedMessage.again(kept.delivery))
                }
            }
            print("requeued \(gone)")
            guard stay > 0 else { return }
            guard homeless.isEmpty else {
                let keys = homeless.sorted().prefix(3).map(\.printable).joined(separator: ", ")
                throw Failure(
                    .data, "\(stay) stay: no queue takes their routing key (\(keys)). Publish them anew, or purge them")
            }
            throw Failure(.away, "\(stay) stay: RabbitMQ would not take them now. Try again")
        }
    }

    struct Purge: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Drops them for good.")
        @OptionGroup var which: ParkedFlags
        @Option(help: ArgumentHelp("With --all: those with this reason alone.", valueName: "code")) var reason: String?
        @Flag(help: "Without asking.") var yes = false

        func validate() throws {
            try which.need()
            try RejectedCommand.validate(reason, which)
        }

        func run() throws {
            if !yes { try confirm() }
            let queue = try ParkedQueue(Names.rejected, broker: Servers.read().broker, for: "rejected purge")
            defer { queue.close() }
            if which.all, which.org == nil, reason == nil { return print("dropped \(try queue.purge())") }
            print("dropped \(try queue.remove(RejectedCommand.choice(which, reason)) { $0.map { _ in true } }.gone)")
        }

        private func confirm() throws {
            let numbers = which.numbers.sorted().map { "\($0)" }.joined(separator: ", ")
            let what = which.all ? "all rejected messages\(narrowed)" : "rejected message \(numbers)"
            guard isatty(STDIN_FILENO) == 1 else {
                throw Failure(.usage, "this drops \(what) for good: say --yes to do it")
            }
            print("Drop \(what) for good? Type yes: ", terminator: "")
            guard readLine() == "yes" else { throw Failure(.usage, "not confirmed: nothing is dropped") }
        }

        private var narrowed: String {
            (which.org.map { " of \($0)" } ?? "") + (reason.map { " with reason \($0)" } ?? "")
        }
    }

    private static func validate(_ reason: String?, _ which: ParkedFlags) throws {
        if reason != nil, !which.all { throw ValidationError("--reason narrows --all: say --all too") }
    }

    private static func choice(_ which: ParkedFlags, _ reason: String?) -> ParkedFilter {
        which.choice { kept in
            let message = RejectedMessage(kept.delivery)
            return message.origin.isKey(of: which.org) && reason.map { $0 == message.reason } ?? true
        }
    }
}
