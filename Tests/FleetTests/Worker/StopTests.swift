import Contract
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("A worker that is asked to stop", .onOwnThreads)
struct StopTests {
    @Test("under load, exits with 0 and settles every message that was in flight")
    func drained() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        #expect(try stage.eventually { worker.printed.contains("taking work") })
        try stage.publish((0..<3000).map { .created("L\($0)", ["source": "web"]) })
        #expect(try stage.eventually { try stage.usage().scorings > 100 })
        #expect(worker.terminate() == 0)
        let left = try stage.drain(Names.created)
        #expect(left.allSatisfy { !$0.redelivered })
        #expect(try stage.usage().scorings + left.count == 3000)
    }
}
