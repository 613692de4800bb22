import Contract
import Fleet
import Foundation
import GRDB
import LeadModel
import Ledger
import Rabbit
import Registry

/// A ledger of a stage, and the projector that keeps it, in this process. Call `stop` when done, in a `defer`.
public final class LedgerWithin: Sendable {
    public let path: String
    public let tally = ProjectorTally()
    private let service: ServiceWithin

    /// - Parameter path: of one that is there already; by default a new one in a folder of its own.
    public init(_ stage: Stage, path: String? = nil, _ set: (inout LedgerOptions) -> Void = { _ in }) throws {
        self.path = try path ?? LedgerWithin.newPath()
        var options = LedgerOptions(broker: stage.broker, redis: stage.redis, path: self.path)
        set(&options)
        let (made, tally) = (options, tally)
        service = ServiceWithin { Projector(made, tally: tally, log: $0) }
    }

    public static func newPath() throws -> String {
        try TestFolder.make("ledger") + "/\(TestServers.org()).sqlite"
    }

    public var said: [String] { service.said }

    public func count(of words: String) -> Int { service.count(of: words) }

    public func stop() { service.stop() }
}

extension Stage {
    /// What the registry would show of each record that was ever shown, as it is stored.
    private func shownContent(_ entity: Entity) throws -> [String: String] {
        var content: [String: String] = [:]
        try withRedis { redis in
            let count = try RegistryReader(redis).settings(of: org)?.partitions ?? 1
            let stored = StoredRecords(redis, organization: org, kind: RecordKind(entity), partitions: count)
            try stored.read { id, record in
                let (scored, noticed) = (record.scoring?.revision ?? 0, record.notice?.revision ?? 0)
                guard max(scored, noticed) > 0 else { return }
                let status =
                    record.isErased ? "erased" : record.isGone ? "deleted" : record.status.rawValue
                let shown = record.isGone ? nil : record
                let grade = record.scoring.flatMap { _ in record.grade?.rawValue }
                content[id.text] = Self.line(
                    "\(max(scored, noticed))", status, [shown?.text(.name), shown?.text(.owner), shown?.text(.stage)],
                    record.scoring.map { "\($0.score)" }, grade)
            }
        }
        return content
    }

    /// What of a ledger is at odds with the registry, by record: empty once it has taken all. It is read by plain SQL, and
    /// the registry as it is stored, so that neither stands on the ledger's own reading.
    public func differences(ofLedger path: String, _ entity: Entity = .lead) throws -> [String] {
        var expected = try shownContent(entity)
        let found = try Self.reading(path).read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT id, revision, status, name, owner, stage, rank, r.grade FROM records r JOIN scopes USING (scope)
                    WHERE organization = ? AND entity = ? AND revision > 0
                    """, arguments: [org, entity.rawValue])
        }
        var differences: [String] = []
        for row in found {
            let (id, rank): (String, Double) = (row["id"], row["rank"])
            let (revision, status): (Int64, String) = (row["revision"], row["status"])
            let texts: [String?] = [row["name"], row["owner"], row["stage"]]
            let score = rank < 0 ? nil : "\(LeadModel.score(probability: rank))"
            let here = Self.line("\(revision)", status, texts, score, row["grade"])
            let there = expected.removeValue(forKey: id)
            if there == here { continue }
            // What it said of itself must have gone with the record.
            let isBare = status == "deleted" && texts.allSatisfy { $0 == nil }
            let isForgotten = isBare && there == nil
            differences.append(
                isForgotten
                    ? "\(id): the registry does not know it; deleted in the ledger" : "\(id): \(here) in the ledger")
        }
        return differences + expected.map { "\($0.key): only \($0.value) in the registry" }
    }

    private static func reading(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func line(
        _ revision: String, _ status: String, _ texts: [String?], _ score: String?, _ grade: String?
    ) -> String {
        ([revision, status] + texts.map { $0 ?? "–" } + [score ?? "–", grade ?? "–"]).joined(separator: " | ")
    }

    /// Waits until the fleet rests and a ledger holds all that the registry does; what is at odds if it never does.
    ///
    /// - Parameter ids: of records that are not compared.
    public func awaitLedger(
        _ path: String, _ entity: Entity = .lead, except ids: [String] = [], within time: Duration = .seconds(30)
    ) throws -> [String] {
        var differences = ["the ledger is not there"]
        _ = try eventually(within: time) {
            guard FileManager.default.fileExists(atPath: path) else { return false }
            let before = try shownContent(entity)
            differences = (try? self.differences(ofLedger: path, entity)) ?? differences
            differences.removeAll { difference in ids.contains { difference.hasPrefix($0 + ": ") } }
            guard differences.isEmpty else { return false }
            // What was published a moment ago may not have been worked yet.
            Thread.sleep(forTimeInterval: 0.4)
            return try shownContent(entity) == before
        }
        return differences
    }

    /// The scorings in a ledger of this stage's records.
    ///
    /// - Parameter condition: SQL on a row of `scorings`.
    public func scorings(
        inLedger path: String, _ entity: Entity = .lead, with condition: String = "true"
    ) throws -> Int {
        try Self.reading(path).read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM scorings JOIN records USING (record) JOIN scopes USING (scope)
                    WHERE organization = ? AND entity = ? AND (\(condition))
                    """, arguments: [org, entity.rawValue])
        } ?? 0
    }
}

extension Stage {
    /// Publishes a result once more, as a worker does with a repeat.
    public func publishResult(_ result: TestResult) throws {
        try withChannel { connection, channel in
            try connection.publish(
                result.body, to: Names.scores.name, routingKey: result.routingKey, on: channel,
                properties: Properties(contentType: Names.ContentType.event, messageID: result.id))
        }
    }

    /// Deletes the score stream and declares it anew: what it held is gone, and its offsets begin at 0.
    public func makeStreamAnew() throws {
        try withChannel { connection, channel in
            try connection.deleteQueue(Names.scoresLog.name, on: channel)
            try Topology.establish(on: connection)
        }
    }
}
