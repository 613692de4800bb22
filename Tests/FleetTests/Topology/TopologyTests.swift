import Contract
import Fleet
import Rabbit
import TestKit
import Testing

@Suite("The topology", .onOwnThreads)
struct TopologyTests {
    private let stage: Stage
    private let connection: RabbitConnection

    init() throws {
        stage = try Stage()
        connection = try RabbitConnection(stage.broker, name: "test")
    }

    /// Whether the start waits for queues to age.
    private func waits() throws -> Bool {
        var seconds = 0.0
        try Topology.establish(on: connection) { seconds += $0 }
        #expect(seconds == 0 || seconds == 2)
        return seconds > 0
    }

    private func deleteQueue() throws {
        try stage.withChannel { connection, channel in
            _ = try connection.deleteQueue(Names.imported.name, on: channel)
        }
    }

    @Test("is aged once: later starts don't wait, until something is missing")
    func agedOnce() throws {
        #expect(try !waits(), "the stage has waited")
        try deleteQueue()
        #expect(try waits())
        #expect(try !waits())
    }

    @Test("a queue that another process has just declared is not trusted, even if that process died before it waited")
    func declaredElsewhere() throws {
        try deleteQueue()
        try Topology.declare(on: connection)
        #expect(try waits())
        try deleteQueue()
    }

    @Test("while one process waits for a new queue, every other one waits too")
    func together() throws {
        try deleteQueue()
        try Topology.establish(on: connection) { _ in
            let other = try? RabbitConnection(stage.broker, name: "test")
            var waited = false
            #expect(throws: Never.self) { try Topology.establish(on: #require(other)) { _ in waited = true } }
            #expect(waited)
        }
    }
}
