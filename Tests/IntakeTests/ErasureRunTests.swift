import Contract
import Foundation
import Intake
import LeadModel
import Rabbit
import TestKit
import Testing

@Suite("An erase run", .onOwnThreads)
struct ErasureRunTests {
    private struct Event: Decodable {
        var id, source, subject: String
    }

    @Test("every event of a run has an id of its own")
    func ids() throws {
        let stage = try Stage()
        let publisher = try Publisher(stage.broker, name: "test")
        defer { publisher.close() }
        let now = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        try ErasureRun(organization: stage.org, kind: .lead, publisher: publisher).run(["a", "b", "c"], now: now)
        let events = try stage.drain(Names.updated, count: 3).map {
            try JSONDecoder().decode(Event.self, from: Data($0.body))
        }
        #expect(events.map(\.subject) == ["a", "b", "c"])
        #expect(Set(events.map { "\($0.source) \($0.id)" }).count == 3)
    }

    @Test("an invalid id is an error before anything is published")
    func invalidID() throws {
        let stage = try Stage()
        let publisher = try Publisher(stage.broker, name: "test")
        defer { publisher.close() }
        let run = ErasureRun(organization: stage.org, kind: .lead, publisher: publisher)
        let now = Moment(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
        #expect(throws: IntakeError.self) { try run.run(["a", "b\u{0}"], now: now) }
        #expect(try stage.drain(Names.updated).isEmpty)
    }
}
