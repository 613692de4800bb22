import Contract
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("Consumers that have bound some routing keys alone", .onOwnThreads)
struct FilteredConsumersTests {
    /// With LEADLINE_TEST_WHOLE=1: 300 leads and 30 deaths.
    private static let isWhole = ProcessInfo.processInfo.environment["LEADLINE_TEST_WHOLE"] == "1"

    /// It keeps the newest state by revision. Its queue takes few results while it doesn't read.
    private final class Consumer {
        let name: String
        private let stage: Stage
        private(set) var states: [String: TestResult] = [:]

        init(_ name: String, _ stage: Stage, _ keys: [String], room: Int = 1) throws {
            (self.name, self.stage) = (name, stage)
            for key in keys { try stage.bindFullQueue(name, room: room, key: "\(stage.org).\(key)") }
        }

        func read() throws {
            for result in try stage.drain(queue: name)
            where states[result.subject].map({ $0.data.revision < result.data.revision }) ?? true {
                states[result.subject] = result
            }
        }
    }

    private func gradeA(_ stage: Stage, room: Int = 1) throws -> Consumer {
        try Consumer("grade A", stage, ["lead.A.#", "lead.*.A.#"], room: room)
    }

    private func closings(_ stage: Stage, room: Int = 1) throws -> Consumer {
        try Consumer("closings", stage, ["lead.*.*.closed"], room: room)
    }

    private func patch(_ id: String, _ data: [String: Any]) -> TestEvent {
        TestEvent("updated", id, data: data.merging(["patch": true]) { $1 })
    }

    private func stage() throws -> Stage {
        let stage = try Stage(limit: nil)
        try stage.publish(.byHand())
        try stage.set { $0.updates = .realtime }
        return stage
    }

    /// Waits until all events are worked.
    private func rest(_ stage: Stage, _ ids: [String], until holds: (Record) -> Bool) throws {
        #expect(try stage.eventually(within: .seconds(60)) { try stage.records(ids).allSatisfy(holds) })
    }

    @Test("who keeps grade A hears that leads left it while the queue was full, though they were scored again since")
    func gradeAFull() throws {
        let stage = try stage()
        let consumer = try gradeA(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ids = (0..<20).map { "L\($0)" }
        try stage.publish(ids.map { .created($0, ["source": "web", "visits": 12]) })
        let isHeard = try stage.eventually(within: .seconds(60)) {
            try consumer.read()
            return ids.allSatisfy { consumer.states[$0]?.data.grade == "A" }
        }
        #expect(isHeard)
        try stage.publish(ids.map { patch($0, ["attributes": ["source": "fair", "visits": 1]]) })
        try rest(stage, ids) { $0.grade != .a }
        let left = try stage.records(ids).map(\.revision)
        try stage.publish(ids.map { patch($0, ["attributes": ["source": "web"]]) })
        #expect(
            try stage.eventually {
                try zip(stage.records(ids), left).allSatisfy { $0.revision > $1 && $0.grade != .a }
            })
        let hasLeft = try stage.eventually(within: .seconds(90)) {
            try consumer.read()
            return ids.allSatisfy { consumer.states[$0]?.data.grade != "A" }
        }
        #expect(hasLeft, "\(consumer.states.values.count { $0.data.grade == "A" }) are still held as A")
        let records = try stage.records(ids)
        // One found room in the queue as it was.
        let late = zip(ids, records).filter {
            consumer.states[$0]?.data.revision == $1.scoring.map { Int($0.revision) }
        }
        #expect(late.count >= 19)
        for (id, record) in late {
            let state = try #require(consumer.states[id])
            #expect(state.data.grade == record.grade?.rawValue && state.data.score == record.scoring?.score)
            #expect(state.routingKey.hasPrefix("\(stage.org).lead.") && state.routingKey.contains(".A."))
            #expect(state.data.superseded == ResultKey.words(of: state.routingKey), "the body says that they differ")
        }
        #expect(worker.terminate() == 0)
    }

    @Test("who listens for closings hears of each, though its queue was full and the leads changed since")
    func closingsFull() throws {
        let stage = try stage()
        let consumer = try closings(stage)
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let ids = (0..<20).map { "L\($0)" }
        try stage.publish(ids.map { .created($0, ["source": "web"]) })
        try rest(stage, ids) { $0.scoring != nil }
        try stage.publish(ids.map { patch($0, ["status": "qualified"]) })
        try rest(stage, ids) { $0.notice?.kind == .closed }
        try stage.publish(ids.map { patch($0, ["owner": "bob"]) })
        try rest(stage, ids) { $0.notice?.kind == .changed }
        let isHeard = try stage.eventually(within: .seconds(90)) {
            try consumer.read()
            return ids.allSatisfy { consumer.states[$0]?.data.outcome == "qualified" }
        }
        #expect(isHeard, "\(consumer.states.count) of 20")
        #expect(consumer.states.values.count { $0.data.owner == "bob" } >= 19, "with the state of now")
        #expect(worker.terminate() == 0)
    }

    @Test("workers die between commit and publish, and queues refuse for a while: every consumer ends as the registry")
    func killed() throws {
        let stage = try stage()
        let room = Self.isWhole ? 100 : 1
        let consumers = [
            try gradeA(stage, room: room), try closings(stage, room: room),
            try Consumer("all", stage, ["#"], room: room),
        ]
        let (ids, deaths) = ((0..<(Self.isWhole ? 300 : 40)).map { "L\($0)" }, Self.isWhole ? 30 : 6)
        var random = SeededGenerator(seed: 18)
        func start(_ failing: String? = nil) throws -> LeadlineProcess {
            let settings = [
                "LEADLINE_WORKER_BATCH": "8", "LEADLINE_WORKER_LANES": "2", "LEADLINE_WORKER_POLL": "1",
            ]
            let points = failing.map { ["LEADLINE_FAIL_POINTS": $0] } ?? [:]
            return try LeadlineProcess(workerOn: stage, environment: settings.merging(points) { $1 })
        }
        let steady = try start()
        defer { steady.kill() }
        try stage.publish(ids.map { .created($0, ["source": "web", "visits": 12]) })
        try rest(stage, ids) { $0.scoring != nil }
        for death in 0..<deaths {
            let worker = try start("committed=die@\(random.pick([1, 2, 3]))")
            defer { worker.kill() }
            // Unless what the former one left ends it at once.
            #expect(try stage.eventually { worker.printed.contains("lane 1 is taking work") || !worker.isRunning })
            // Each lead changes a few times in a row: what the dead lane committed is superseded before it comes back.
            for _ in 0..<3 { try stage.publish(ids.map { change($0, &random) }) }
            #expect(worker.exitCode() == SIGKILL)
            if death % 3 == 1 { for consumer in consumers { try consumer.read() } }
        }
        var faults = ["not read"]
        _ = try stage.eventually(within: .seconds(240)) {
            for consumer in consumers { try consumer.read() }
            let isWorked = try stage.withChannel { connection, channel in
                try [Names.created, Names.updated, Names.undelivered].allSatisfy {
                    try connection.declareQueue($0.name, on: channel, passive: true).messageCount == 0
                }
            }
            faults = try self.faults(of: consumers, stage, ids)
            return isWorked && faults.isEmpty
        }
        #expect(faults.isEmpty, "\(faults.count): \(faults.prefix(5))")
        #expect(try stage.drain(Names.rejected).isEmpty)
        let all = consumers.flatMap(\.states.values)
        print(
            "\(all.count) states, \(all.count { $0.data.superseded != nil }) of them under keys of superseded results")
        #expect(all.contains { $0.data.superseded != nil }, "nothing was superseded before it was heard of")
        #expect(steady.terminate() == 0)
    }

    private func change(_ id: String, _ random: inout SeededGenerator) -> TestEvent {
        let visits = random.pick([1, 5, 12])
        switch random.pick([0, 0, 0, 0, 1, 1, 2, 3]) {
        case 0: return patch(id, ["attributes": ["source": random.pick(["web", "fair"]), "visits": visits]])
        case 1: return patch(id, ["owner": random.pick(["ann", "bob", "eve"])])
        case 2: return patch(id, ["status": "qualified"])
        default: return patch(id, ["status": "open", "attributes": ["visits": visits]])
        }
    }

    /// Where a consumer's state is not what the registry has. `consumers` are of grade A, of closings, of all.
    private func faults(of consumers: [Consumer], _ stage: Stage, _ ids: [String]) throws -> [String] {
        var faults: [String] = []
        for (id, record) in zip(ids, try stage.records(ids)) {
            func isSame(_ consumer: Consumer) -> Bool {
                guard let data = consumer.states[id]?.data else { return false }
                return data.grade == record.grade?.rawValue && data.score == record.scoring?.score
                    && data.owner == record.text(.owner) && data.outcome == record.outcome?.rawValue
            }
            if record.grade == .a ? !isSame(consumers[0]) : consumers[0].states[id]?.data.grade == "A" {
                faults.append("\(id): grade A")
            }
            if let outcome = record.outcome?.rawValue, consumers[1].states[id]?.data.outcome != outcome {
                faults.append("\(id): its closing")
            }
            if !isSame(consumers[2]) { faults.append("\(id): all") }
        }
        return faults
    }
}
