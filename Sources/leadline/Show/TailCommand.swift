import ArgumentParser
import Contract
import Foundation
import Rabbit

struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Prints results as they come.",
        discussion: """
            The pattern is over organization.entity.grade.from.what: `acme.lead.A.#` is all that concerns leads of grade \
            A, `acme.lead.*.A.#` all that leave it, `acme.lead.A.B.#` the climbers; * stands for one word, # for the \
            rest. Quote it for the shell. Results from before are not shown; Ctrl-C ends.
            """)

    @ArgumentParser.Argument(help: "Which results.") var pattern = "#"
    @Flag(help: "Each result as it stands on the wire, one a line.") var json = false
    @Option(help: ArgumentHelp("End after so many results.", valueName: "n")) var count: Int?
    @Option(
        help: ArgumentHelp(
            "End after so many seconds without a result; with 69 if --count is not reached.", valueName: "seconds"))
    var idle: Int?

    func validate() throws {
        let words = pattern.split(separator: ".", omittingEmptySubsequences: false)
        guard !words.contains(""), pattern.utf8.count <= 255, words.contains("#") || words.count == 5 else {
            throw ValidationError(
                "the pattern has five words, organization.entity.grade.from.what, or # for any number of them: such as "
                    + "'acme.lead.A.#'")
        }
        if let count, count < 1 { throw ValidationError("--count must be at least 1") }
        if let idle, idle < 1 { throw ValidationError("--idle must be at least 1") }
    }

    func run() throws {
        let connection = try RabbitConnection(try Servers.read().broker, name: "leadline tail")
        defer { connection.close() }
        let channel = try connection.openChannel()
        try connection.declareExchange(Names.scores.name, type: Names.scores.kind.rawValue, on: channel, passive: true)
        let queue = try connection.declareQueue("", on: channel, durable: false, exclusive: true, autoDelete: true)
        try connection.bind(queue: queue.name, to: Names.scores.name, key: pattern, on: channel)
        try connection.setPrefetch(256, on: channel)
        try connection.consume(queue.name, on: channel)
        printError("waiting for \(pattern) on \(Names.scores.name); Ctrl-C ends")
        var seen = 0
        var last = ContinuousClock.now
        while count.map({ seen < $0 }) ?? true {
            if let idle, ContinuousClock.now - last > .seconds(idle) { return try ended(seen, idle) }
            guard case .delivery(let delivery)? = try connection.receive(timeout: .seconds(1)) else { continue }
            print(json ? String(decoding: delivery.body, as: UTF8.self) : line(delivery).printable)
            try connection.ack(delivery.tag, on: channel)
            (seen, last) = (seen + 1, .now)
        }
    }

    /// A script that waits for so many results is to see that they did not come.
    private func ended(_ seen: Int, _ idle: Int) throws {
        guard let count else { return }
        throw Failure(
            .away,
            "\(seen) of \(count) results came, then none for \(idle) s. Is a worker running? See `leadline check`")
    }

    private func line(_ delivery: ReceivedMessage) -> String {
        guard let result = try? JSONDecoder().decode(Shown.self, from: Data(delivery.body)) else {
            return "\(delivery.routingKey)  (not a result: \(delivery.body.count) bytes)"
        }
        let data = result.data
        let score = data.score.map { "\($0)" } ?? "–"
        let grade = data.grade ?? "–"
        let what = delivery.routingKey.split(separator: ".").last ?? ""
        let reasons = (data.reasons ?? []).prefix(3).map { "\($0.contribution < 0 ? "−" : "+") \($0.phrase)" }
        return "\(delivery.routingKey.prefix { $0 != "." })  \(result.subject)  \(score) \(grade)  \(what)"
            + (reasons.isEmpty ? "" : "  " + reasons.joined(separator: ", "))
    }

    /// What a line shows of a result.
    private struct Shown: Decodable {
        var subject: String
        var data: Body

        struct Body: Decodable {
            var score: Int?
            var grade: String?
            var reasons: [Reason]?
        }

        struct Reason: Decodable {
            var phrase: String
            var contribution: Double
        }
    }
}
