import Contract
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("Lanes that meet", .onOwnThreads)
struct LanesTests {
    @Test("events of the same records that four lanes of two workers get at once are never lost")
    func sameRecords() throws {
        // One partition and new names, so the lanes conflict on records and on the dictionary.
        let stage = try Stage(partitions: 1, limit: nil)
        try stage.publish(.byHand())
        let (records, patches) = (20, 25)
        var events: [TestEvent] = (0..<records).map { .created("L\($0)", ["source": "web"]) }
        for number in 0..<patches {
            for record in 0..<records {
                events.append(
                    TestEvent(
                        "updated", "L\(record)", id: "\(record) \(number)",
                        data: ["attributes": ["p\(number).of\(record % 5)": number], "patch": true]))
            }
        }
        let workers = try (0..<2).map { _ in
            try LeadlineProcess(workerOn: stage, ["--lanes", "2"], environment: ["LEADLINE_WORKER_BATCH": "8"])
        }
        defer { for worker in workers { worker.kill() } }
        // All four lanes consume before any message arrives, otherwise the first lane would take them all.
        for worker in workers {
            for lane in 0..<2 {
                #expect(try stage.eventually { worker.printed.contains("lane \(lane) is taking work") })
            }
        }
        try stage.publish(events.shuffled())
        let ids = (0..<records).map { "L\($0)" }
        #expect(
            try stage.eventually {
                try stage.records(ids).allSatisfy { $0.attributes.count == patches + 1 }
            })
        let usage = try stage.usage()
        #expect(usage == UsageCount(records: records, scorings: records))
        #expect(try stage.drain(Names.rejected).isEmpty)
        for worker in workers { #expect(worker.terminate() == 0) }
        #expect(workers.contains { $0.printed.contains("conflicts") }, "they never met")
    }

    @Test("values at the limits of the number range are scored like any other")
    func extremes() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let values: [Any] = [
            Int64.min, Int64.max, "-9223372036854775808", -1e308, 1e-300, "1e999", "", " ", "\u{0}", true, ["a", "b"],
            [String](),
        ]
        try stage.publish(
            values.enumerated().map { .created("L\($0)", ["source": $1, "visits": $1]) })
        #expect(try stage.results(ofRecords: values.count).count == values.count)
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test("a message whose routing key is not valid UTF-8 still reaches the rejected queue")
    func unpublishable() throws {
        let stage = try Stage()
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let body = Array("no event".utf8)
        try stage.publishRaw(body, keyBytes: [UInt8](repeating: 0xFF, count: 200) + Array(".lead.created".utf8))
        try stage.publish([.created("L1", ["source": "web"])])
        #expect(try stage.results(ofRecords: 1).count == 1)
        #expect(try stage.drain(Names.rejected, count: 1).map(\.body) == [body])
    }
}
