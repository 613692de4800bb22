import ArgumentParser
import Contract
import Views

struct TailCommand: SettingsCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Prints results as they are published.",
        discussion: """
            The pattern is over organization.entity.grade.from.what: `acme.lead.A.#` matches all results of leads of grade \
            A, `acme.lead.*.A.#` all that leave grade A, `acme.lead.A.B.#` those that rise from B to A; * stands for one \
            word, # for any number. Quote it for the shell. Earlier results are not shown. Ctrl-C ends.
            """)

    @ArgumentParser.Argument(help: "The results to print.") var pattern = "#"
    @Flag(help: "Print each result as it was published, one on each line.") var json = false
    @Option(help: ArgumentHelp("End after this many results.", valueName: "n")) var count: Int?
    @Option(
        help: ArgumentHelp(
            "End after this many seconds without a result; with 69 if --count is not reached.", valueName: "seconds"))
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

    func run(_ settings: Settings) throws {
        let tail = try ResultTail(pattern, at: Servers(settings).broker)
        printError("waiting for \(pattern) on \(Names.scores.name); Ctrl-C ends")
        var seen = 0
        var last = ContinuousClock.now
        while count.map({ seen < $0 }) ?? true {
            if let idle, ContinuousClock.now - last > .seconds(idle) { return try ended(seen, idle) }
            guard let result = try tail.next(within: .seconds(1)) else { continue }
            print(json ? String(decoding: result.body, as: UTF8.self) : Self.line(result).printable)
            (seen, last) = (seen + 1, .now)
        }
    }

    /// Fails if --count was not reached, so that a script notices the missing results.
    private func ended(_ seen: Int, _ idle: Int) throws {
        guard let count else { return }
        throw Failure(
            .away,
            "\(seen) of \(count) results came, then none for \(idle) s. Is a worker running? See `leadline check`")
    }

    private static func line(_ result: ResultTail.Result) -> String {
        guard let summary = result.summary else {
            return "\(result.routingKey)  (not a result: \(result.body.count) bytes)"
        }
        let what = result.routingKey.split(separator: ".").last ?? ""
        var reasons = summary.reasons.prefix(3).map { "\($0.contribution < 0 ? "−" : "+") \($0.phrase)" }
        let rest = summary.reasons.dropFirst(3)
        let count = rest.count + summary.others.count
        if count > 0 {
            let sum = rest.reduce(summary.others.contribution) { $0 + $1.contribution }
            reasons.append("and \(count) more: \(signed(sum))")
        }
        return "\(result.routingKey.prefix { $0 != "." })  \(summary.subject)  \(summary.score.map { "\($0)" } ?? "–") "
            + "\(summary.grade ?? "–")  \(what)" + (reasons.isEmpty ? "" : "  " + reasons.joined(separator: ", "))
    }
}
