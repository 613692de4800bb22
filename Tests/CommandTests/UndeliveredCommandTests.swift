import Contract
import Foundation
import TestKit
import Testing

@Suite("leadline undelivered", .onOwnThreads)
struct UndeliveredCommandTests {
    private struct Line: Decodable, Equatable {
        var number: Int
        var since: String?
        var id: String?
        var routingKey: String
        var bytes: Int
    }

    private func undelivered(_ stage: Stage, _ arguments: String...) throws -> CommandRun {
        try CommandRun(["undelivered"] + arguments, environment: LeadlineProcess.servers(stage))
    }

    /// A stage with results of three leads, and no worker that would move anything.
    private func results() throws -> (Stage, [TestResult]) {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish((1...3).map { .created("L\($0)", ["source": "web"]) })
        return (stage, try stage.results(ofRecords: 3).sorted { $0.id < $1.id })
    }

    @Test("list changes nothing; requeue publishes the results to all consumers under the same ids")
    func requeued() throws {
        let (stage, results) = try results()
        #expect(try undelivered(stage, "list").output == "no undelivered results\n")
        for result in results { try stage.putUndelivered(result) }
        let lines = try undelivered(stage, "list", "--json").json([Line].self)
        #expect(lines.map(\.id) == results.map(\.id) && lines.map(\.routingKey) == results.map(\.routingKey))
        #expect(lines.map(\.bytes) == results.map(\.body.count))
        #expect(try undelivered(stage, "list", "--json").json([Line].self) == lines)
        #expect(try undelivered(stage, "list", "--limit", "1").output.contains("1 of 3; --limit shows more"))
        #expect(try undelivered(stage, "list", "--org", "other", "--json").json([Line].self).isEmpty)

        #expect(try undelivered(stage, "requeue", "2").output == "delivered 1\n")
        #expect(try stage.results(ofRecords: 1).map(\.body) == [results[1].body])
        #expect(try undelivered(stage, "requeue").output == "delivered 2\n")
        let rest = try stage.results(ofRecords: 2)
        #expect(Set(rest.map(\.id)) == [results[0].id, results[2].id])
        #expect(Set(rest.map(\.routingKey)) == [results[0].routingKey, results[2].routingKey])
        #expect(try stage.drain(Names.undelivered).isEmpty)
    }

    @Test("what is refused again stays")
    func refusedAgain() throws {
        let (stage, results) = try results()
        try stage.bindFullQueue(room: 1)
        for result in results { try stage.putUndelivered(result) }
        let run = try undelivered(stage, "requeue")
        #expect(run.code == 69 && run.firstErrorLine.contains("a consumer's queue still refuses them"))
        let gone = try #require(Int(run.output.dropFirst("delivered ".count).dropLast()))
        let lines = try undelivered(stage, "list", "--json").json([Line].self)
        #expect(gone < 3 && lines.count == 3 - gone)
    }

    @Test("invalid calls change nothing")
    func bad() throws {
        let (stage, results) = try results()
        try stage.putUndelivered(results[0])
        let bad: [(arguments: [String], code: Int32, words: String)] = [
            (["requeue", "2"], 65, "there is no message 2"), (["requeue", "0"], 64, "count from 1"),
            (["requeue", "1", "--all"], 64, "not both"), (["list", "--limit", "0"], 64, "--limit"),
            (["list", "--org", "A B"], 64, "--org"),
        ]
        for (arguments, code, words) in bad {
            let run = try CommandRun(["undelivered"] + arguments, environment: LeadlineProcess.servers(stage))
            #expect(run.code == code && run.firstErrorLine.contains(words), "\(arguments): \(run.errors)")
        }
        #expect(try stage.drain(Names.undelivered).count == 1)
    }
}
