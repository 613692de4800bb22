import Foundation
import LeadModel
import Registry
import TestKit
import Testing

/// Accounts and contacts: stored once, joined when those that name them are scored, and told to these when they change.
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
        let worker = try LeadlineProcess(workerOn: stage)
        try stage.awaitFirstSweep()
        return (stage, worker)
    }

    @Test("an account that comes before, between or after its leads ends the same, and without the sweep")
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
                Thread.sleep(forTimeInterval: 0.3)
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

    @Test("a lead and its account created together, in either order: each is scored with its account at once")
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

    @Test("what changes of an account makes its open leads wait for the sweep; what is said of its name does not")
    func changed() throws {
        let (stage, worker) = try stage()
        defer { worker.kill() }
        try stage.publish([account("A1", "banking")])
        try stage.publish([lead("L1", account: "A1"), lead("L2", account: "A1"), lead("L3")])
        _ = try stage.results(ofRecords: 3)
        #expect(
            try stage.eventually {
                try stage.records(["L1", "L2"]).allSatisfy { $0.scoring?.accountRevision ?? 0 > 0 }
            })
        try stage.publish([TestEvent("updated", "A1", data: ["name": "Alpha", "patch": true]).of(.account)])
        #expect(try stage.restOfResults().isEmpty)
        #expect(try stage.records(["L1", "L2"]).allSatisfy { !$0.isPending })
        try stage.publish([account("A1", "retail")])
        #expect(try stage.eventually { try stage.records(["L1", "L2"]).allSatisfy(\.isPending) })
        #expect(try stage.record("L3").isPending == false)
        #expect(try stage.restOfResults().isEmpty, "nothing is scored before the sweep")
    }

    @Test("what a lead says of its account itself stands before what the account says")
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

    @Test("an account that many leads name changes: nothing waits for it, a killed teller's work goes on, all are told")
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
        let teller = try LeadlineProcess(
            workerOn: stage, environment: ["LEADLINE_FAIL_POINTS": "committed=die#L\(count / 2)"])
        try stage.publish([account("A1", "retail")])
        _ = teller.exitCode(within: .seconds(60))
        let told = try stage.records(ids).count(where: \.isPending)
        let next = try LeadlineProcess(workerOn: stage)
        defer { next.kill() }
        _ = try stage.restOfResults()
        try stage.publish([lead("new", account: "A1")])
        let result = try #require(try stage.results(ofRecords: 1).first { $0.subject == "new" })
        #expect(result.data.trigger == "realtime")
        #expect(
            try stage.eventually(within: .seconds(300)) { try stage.records(ids).allSatisfy(\.isPending) })
        #expect(told > 0 && told < count, "the teller died on the way")
        #expect(try stage.usage().records == count + 1)
        #expect(
            try stage.eventually {
                try stage.withRedis { redis in
                    let partition = Partition(of: "A1", kind: .account, organization: stage.org, count: 16)
                    return try redis.call("HLEN", partition.fanOuts).int == 0
                }
            }, "the telling is over")
    }

    @Test("an erased contact: those that named it are told of, nothing that was read from it stays")
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
        let told = results.filter { $0.type == "leadline.lead.scored" }
        #expect(Set(told.map(\.subject)) == ["L1", "L2"], "a scoring that lost its evidence is told once more")
        #expect(told.allSatisfy { $0.data.reasons == nil && $0.id == "\($0.subject):\($0.data.scoringRevision ?? 0)" })
    }
}
