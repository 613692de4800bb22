import ArgumentParser
import Fleet
import Foundation
import Intake
import LeadModel
import Rabbit
import Redis
import Registry

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Publishes the records of a file as `imported` events.",
        discussion: """
            Open records are scored, after all that is new; closed ones become training data. It can be run again: \
            event ids and times follow from the data, so a second run changes nothing and a newer export wins.
            """)

    @ArgumentParser.Argument(help: "FILE.csv or FILE.jsonl.") var file: String
    @OptionGroup var columns: ColumnFlags
    @OptionGroup var target: Target
    @Option(help: ArgumentHelp("The column of the date of the last change.", valueName: "col")) var modified: String?
    @Option(
        help: ArgumentHelp(
            "The date of records without one, as 2026-11-21 or 2026-11-21T09:30:00Z; by default the file's own.",
            valueName: "date"))
    var asOf: Moment?

    func validate() throws {
        guard columns.id != nil else { throw ValidationError("--id COL says which column is the record's id") }
    }

    func run() throws {
        let servers = try Servers.read()
        let file = try columns.open(file, target.entity, modified: modified)
        let redis = try RedisConnection(servers.redis)
        defer { redis.close() }
        let registry = RegistryWriter(redis, author: Servers.author)
        let plan = try ImportPlan(file: file, organization: target.org, asOf: asOf, now: try registry.now())
        let connection = try RabbitConnection(servers.broker, name: "leadline import")
        // Without its queues the broker would take the records and lose them.
        try Topology.prove(on: connection)
        if try registry.create(target.org) { printError("made organization \(target.org)") }
        let publisher = try Publisher(on: connection)
        defer { publisher.close() }
        let line = ProgressLine("importing")
        let events = try ImportRun(plan: plan, publisher: publisher).run { line.show($0, of: nil, "records published") }
        line.finish()
        print(
            "published \(events) records; `leadline tail '\(target.org).\(target.entity.rawValue).#'` shows their scores"
        )
    }
}
