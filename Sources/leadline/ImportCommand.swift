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
    @Option(help: "The date of all records without one; by default the file's own.") var asOf: String?

    func validate() throws {
        guard columns.id != nil else { throw ValidationError("--id COL says which column is the record's id") }
    }

    func run() throws {
        let servers = try Servers.read()
        let redis = try RedisConnection(servers.redis)
        defer { redis.close() }
        let registry = Registry(redis, author: "import")
        let file = try RecordFile(path: file, roles: columns.roles(target.entity, modified: modified))
        let plan = try ImportPlan(
            file: file, organization: target.org, asOf: try asOf.map { try Moment(flag: "--as-of", $0) },
            now: try registry.now())
        let connection = try RabbitConnection(servers.broker, name: "leadline import")
        try Topology.prove(on: connection)
        if try registry.create(target.org) { print("made organization \(target.org)") }
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
