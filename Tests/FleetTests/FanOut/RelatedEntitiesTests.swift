import Foundation
import LeadModel
import Registry
import TestKit
import Testing

/// Accounts and contacts: stored once, joined with their referrers when these are scored; their changes fan out to them.
@Suite("Accounts and contacts", .onOwnThreads)
struct RelatedEntitiesTests {
    private let card = Scorecard.withEntities()

    private func lead(
        _ id: String, account: String? = nil, contact: String? = nil, _ attributes: [String: Any] = ["source": "web"]
    ) -> TestEvent {
        var related: [String: Any] = [:]
        related["account"] = account
        related["contact"] = contact
        return TestEvent("created", id, data: ["attributes": attributes, "related": related])
    }

    private func account(_ id: String, _ industry: String, verb: String = "updated") -> TestEvent {
        TestEvent(verb, id, data: ["attributes": ["industry": industry]]).of(.account)
    }

    private func contact(_ id: String, _ role: String) -> TestEvent {
        TestEvent("created", id, data: ["attributes": ["role": role]]).of(.contact)
    }

    private func probability(_ values: [(name: Exact, value: Value)]) -> Double {
        card.probability(card.evidence(of: values, at: Moment(milliseconds: 0)))
    }

    private func stage() throws -> (Stage, LeadlineProcess) {
        let stage = try Stage()
        try stage.publish(card)
        let worker = try LeadlineProcess(workerOn: stage, ["--lanes", "1"])
        try stage.awaitFirstSweep()
        return (stage, worker)
    }

    @Test("an account that arrives before, between or after its leads gives the same scores, without a sweep")
    func anyOrder() throws {
        let (stage, worker) = try stage()
        defer { worker.kill() }
        let expected = probability([("source", .text("web")), ("account.industry", .text("banking"))])
        let orders: [[TestEvent]] = [
            [account("A0", "banking"), lead("P0", account: "A0"), lead("Q0", account: "A0")],
            [lead("P1", account: "A1"), account("A1", "banking"), lead("Q1", account: "A1")],
            [lead("P2", account: "A2"), lead("Q2", account: "A2"), account("A2", "banking")],
        ]
        for events in orders {
            for event in events {
                try stage.publish([event])
                #expect(
                    try stage.eventually { try stage.records([event.subject], kind: event.kind)[0].revision > 0 })
            }
        }
        let ids = (0..<3).flatMap { ["P\($0)", "Q\($0)"] }
        #expect(
            try stage.eventually { try stage.records(ids).allSatisfy { $0.scoring?.probability == expected } })
        #expect(try stage.usage() == .init(records: 6, scorings: 6 + 3), "three were scored again as theirs arrived")
        let results = try stage.restOfResults()
        let last = Dictionary(grouping: results, by: \.subject).mapValues { $0.last }
        #expect(ids.allSatisfy { last[$0]??.data.probability == expected })
        #expect(results.allSatisfy { $0.data.trigger == "realtime" })
    }

    @Test(
        "leads and accounts created at the same time, in either order: each lead is scored with its account in real time"
    )
    func together() throws {
        let (stage, worker) = try stage()
        let other = try LeadlineProcess(workerOn: stage, ["--lanes", "2"])
        defer { for worker in [worker, other] { worker.kill() } }
        let expected = probability([("source", .text("web")), ("account.industry", .text("banking"))])
        let pairs = 500
        var events: [TestEvent] = []
        for number in 0..<pairs {
            let pair = [lead("L\(number)", account: "A\(number)"), account("A\(number)", "banking")]
            events += number % 2 == 0 ? pair : pair.reversed()
        }
        try stage.publish(events)
        let ids = (0..<pairs).map { "L\($0)" }
        #expect(
            try stage.eventually { try stage.records(ids).allSatisfy { $0.scoring?.probability == expected } })
        let usage = try stage.usage()
        #expect(usage.records == pairs && usage.scorings <= 2 * pairs)
        let heard = try stage.restOfResults()
        #expect(heard.count == usage.scorings, "each scoring is published once")
    }

    @Test("a changed attribute of an account makes its open leads pending; a changed name does not")
    func changed() throws {
        let (stage, worker) = try stage()
        defer { worker.kill() }
        try stage.publish([account("A1", "banking")])
        // Otherwise the lane may take the leads first, and the account's arrival gives further results.
        #expect(try stage.eventually { try stage.records(["A1"], kind: .account)[0].revision > 0 })
        try stage.publish([lead("L1", account: "A1"), lead("L2", account: "A1"), lead("L3")])
        _ = try stage.results(ofRecords: 3)
        #expect(
            try stage.eventually {
                try stage.records(["L1", "L2"]).allSatisfy { $0.scoring?.accountRevision ?? 0 > 0 }
            })
        try stage.publish([TestEvent("updated", "A1", data: ["name": "Alpha", "patch": true]).of(.account)])
        #expect(
            try stage.eventually { try stage.records(["A1"], kind: .account)[0].text(.name) == "Alpha" })
        #expect(try stage.results(beforeThatOf: "L4").isEmpty)
        #expect(try stage.records(["L1", "L2"]).allSatisfy { !$0.isPending })
        try stage.publish([account("A1", "retail")])
        #expect(try stage.eventually { try stage.records(["L1", "L2"]).allSatisfy(\.isPending) })
        #expect(try stage.record("L3").isPending == false)
        #expect(try stage.results(beforeThatOf: "L5").isEmpty, "nothing is scored before the sweep")
    }

    @Test("a lead's own value of an account attribute wins over the account's")
    func ownValue() throws {
        let (stage, worker) = try stage()
        defer { worker.kill() }
        try stage.publish([account("A1", "banking")])
        #expect(try stage.eventually { try stage.records(["A1"], kind: .account)[0].revision > 0 })
        try stage.publish([lead("L1", account: "A1", ["source": "web", "account.industry": "retail"])])
        let result = try #require(try stage.results(ofRecords: 1).first)
        #expect(
            result.data.probability
                == probability([("source", .text("web")), ("account.industry", .text("retail"))]))
    }

    @Test(
        "an account with many referrers changes: it delays no new lead, and another lane completes the fan-out of one that died"
    )
    func many() throws {
        let (stage, worker) = try stage()
        let count = ProcessInfo.processInfo.environment["LEADLINE_TEST_WHOLE"] == "1" ? 100_000 : 3_000
        try stage.publish([account("A1", "banking")])
        for start in stride(from: 0, to: count, by: 1000) {
            try stage.publish((start..<min(count, start + 1000)).map { lead("L\($0)", account: "A1") })
        }
        let ids = (0..<count).map { "L\($0)" }
        #expect(
            try stage.eventually(within: .seconds(300)) {
                try stage.records(ids).allSatisfy { $0.scoring?.accountRevision ?? 0 > 0 }
            })
        worker.terminate()
        let firstWorker = try LeadlineProcess(
            workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": "committed=die#L\(count / 2)"])
        try stage.publish([account("A1", "retail")])
        _ = firstWorker.exitCode(within: .seconds(60))
        let reached = try stage.records(ids).count(where: \.isPending)
        let next = try LeadlineProcess(workerOn: stage)
        defer { next.kill() }
        _ = try stage.restOfResults()
        try stage.publish([lead("new", account: "A1")])
        let result = try #require(try stage.results(ofRecords: 1).first { $0.subject == "new" })
        #expect(result.data.trigger == "realtime")
        #expect(
            try stage.eventually(within: .seconds(300)) { try stage.records(ids).allSatisfy(\.isPending) })
        #expect(reached > 0 && reached < count, "the first worker died during the fan-out")
        #expect(try stage.usage().records == count + 1)
        #expect(
            try stage.eventually {
                try stage.withRedis { redis in
                    let partition = Partition(of: "A1", kind: .account, organization: stage.org, count: 16)
                    return try redis.call("HLEN", partition.fanOuts).int == 0
                }
            }, "no fan-out is pending")
    }

    @Test("an erased contact: its referrers are published, and nothing that was read from it is kept")
    func erasedContact() throws {
        let (stage, worker) = try stage()
        defer { worker.kill() }
        try stage.publish([contact("C1", "owner")])
        #expect(try stage.eventually { try stage.records(["C1"], kind: .contact)[0].revision > 0 })
        try stage.publish([lead("L1", contact: "C1"), lead("L2", contact: "C1")])
        _ = try stage.results(ofRecords: 2)
        try stage.publish([TestEvent("updated", "L2", data: ["status": "qualified", "patch": true])])
        _ = try stage.results(ofRecords: 1)
        try stage.publish([TestEvent("erased", "C1").of(.contact)])
        #expect(
            try stage.eventually {
                try stage.records(["L1", "L2"]).allSatisfy { $0.scoring?.evidence.bins.isEmpty ?? false }
            })
        #expect(try stage.record("L1").isPending && !stage.record("L2").isPending)
        let results = try stage.restOfResults()
        let word = results.filter { $0.routingKey == "\(stage.org).contact.none.none.erased" }
        #expect(word.count == 1 && word[0].type == "leadline.contact.erased" && word[0].subject == "C1")
        let said = try JSONSerialization.jsonObject(with: Data(word.first?.body ?? [])) as? [String: Any]
        let data = said?["data"] as? [String: Any]
        #expect(data?["leads"] as? [String] == ["L1", "L2"] && data?["opportunities"] as? [String] == [])
        #expect(try stage.records(["C1"], kind: .contact)[0].cells.isEmpty)
        let scored = results.filter { $0.type == "leadline.lead.scored" }
        #expect(Set(scored.map(\.subject)) == ["L1", "L2"], "a scoring that lost its evidence is published once more")
        #expect(
            scored.allSatisfy {
                $0.data.reasons == nil && $0.id == "lead/\($0.subject):\($0.data.scoringRevision ?? 0)"
            })
    }
}
