import ArgumentParser
import Glibc
import LeadModel
import Ledger

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Shows how a record's score went, and what became of it.",
        discussion: """
            Every scoring that the ledger keeps, oldest first: 400 days of them unless set otherwise. On a terminal a \
            chart stands above. It reads the ledger, which `leadline up` or `leadline ledger run` keeps, and needs \
            neither RabbitMQ nor Redis; but where Redis, which has the scorecards, can be reached, it tells what moved each \
            score farthest, and whether the record, time or a new model version did. `leadline explain --since` tells all.
            """)

    @OptionGroup var target: Target
    @Argument(help: "The record's id.") var id: String
    @Option(help: ArgumentHelp("The latest so many scorings, 1 to 10000.", valueName: "n")) var limit = 400
    @Flag(help: "As JSON.") var json = false

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be 1 to 10000") }
    }

    func run() throws {
        let opened = try OpenedLedger()
        let ledger = opened.ledger
        guard let record = try ledger.record(Exact(id), organization: target.org, entity: target.entity) else {
            throw Failure(
                .data,
                "the ledger knows no \(target.entity.rawValue) of this id in \(target.org): no result of it came. "
                    + "`leadline explain` tells what is stored of it")
        }
        // One more, to tell how the first shown moved.
        let kept = try ledger.series(
            of: Exact(id), organization: target.org, entity: target.entity, latest: limit + 1)
        defer { opened.sayIfLeft() }
        let movers = try HistoryMovers(kept, target, Settings.read())
        let history = History(record, kept, movers, latest: limit, target)
        if json { return try printJSON(history.shape) }
        print(history.text(chart: isatty(STDOUT_FILENO) == 1, width: Terminal.width))
    }
}
