import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("The published version", .onOwnThreads)
struct PublishedVersionTests {
    /// Publishes new leads until one is scored by `version`.
    ///
    /// - Returns: the result of that lead; nil if none was within half a minute.
    private func firstResult(of version: Int, on stage: Stage) throws -> TestResult? {
        var found: TestResult?
        _ = try eventually {
            // A new record each time, even if the same version is awaited again.
            try stage.publish([.created("V\(version)-\(UUID().uuidString)", ["source": "web"])])
            found = try stage.results(ofRecords: 1).first { $0.data.version == version }
            return found != nil
        }
        return found
    }

    @Test("a worker scores with a new version, or the former one after a rollback, without waiting for its next poll")
    func notified() throws {
        let stage = try Stage()
        try stage.publish(.byHand(web: 1))
        // The worker polls once an hour, so it can learn of a change only by the notification.
        let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_POLL": "3600"])
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        #expect(try firstResult(of: 1, on: stage) != nil)
        try stage.publish(.byHand(web: 2))
        let second = try #require(try firstResult(of: 2, on: stage))
        #expect(second.data.probability == logistic(-0.5 + 2 - 0.2))
        let former = try stage.withRegistry { try $0.rollback(organization: stage.org, entity: .lead) }
        #expect(former.versions.first?.version == 1)
        #expect(try firstResult(of: 1, on: stage) != nil)
    }

    @Test("a worker that missed the notification scores with the new version after its next poll")
    func polled() throws {
        // A Redis of its own, so that no other test's subscriptions are cut.
        let servers = try PrivateServers()
        defer { servers.stop() }
        let stage = try Stage(servers)
        try stage.publish(.byHand(web: 1))
        let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_WORKER_POLL": "2"])
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        #expect(try firstResult(of: 1, on: stage) != nil)
        // The cut and the publication are one transaction, so no subscription can come back in between.
        try stage.withRedis { redis in
            try redis.call("MULTI")
            try redis.call("CLIENT", "KILL", "TYPE", "pubsub")
            try redis.call("EXEC")
            try stage.publish(.byHand(web: 2))
        }
        #expect(try firstResult(of: 2, on: stage) != nil)
    }

    @Test("a record that is redelivered under a newer version is published as the former version scored it")
    func redelivered() throws {
        let stage = try Stage()
        try stage.publish(.byHand(web: 1))
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.awaitFirstSweep()
        let lead = TestEvent.created("L1", ["source": "web"])
        try stage.publish([lead])
        let first = try #require(try stage.results(ofRecords: 1).first)
        try stage.publish(.byHand(web: 2))
        #expect(try firstResult(of: 2, on: stage) != nil)
        try stage.publishAgain(lead)
        let again = try #require(try stage.results(ofRecords: 1).first)
        #expect(again.id == first.id && again.body == first.body)
    }
}
