import Contract
import Foundation
import LeadModel
import Registry
import TestKit
import Testing

@Suite("Unusable bodies", .onOwnThreads)
struct BadBodiesTests {
    /// LEADLINE_TEST_SEED sets another seed.
    private static let seed =
        ProcessInfo.processInfo.environment["LEADLINE_TEST_SEED"].flatMap(UInt64.init)
        ?? UInt64.random(in: 0..<1_000_000)

    @Test(
        "a thousand of them among good ones: a strict organization rejects each unchanged with its reason, and all good ones are scored"
    )
    func thousand() throws {
        print("bad bodies of LEADLINE_TEST_SEED=\(Self.seed)")
        let stage = try Stage(limit: nil)
        try stage.set { $0.isStrict = true }
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        var bodies = BadBodies(seed: Self.seed, org: stage.org)
        var (good, refused, origins): (Set<String>, [[UInt8]: Int], [[UInt8]: Set<String>]) = ([], [:], [:])
        func publish(_ message: BadBodies.Message) throws {
            try stage.publish([(message.key, message.body)], contentType: message.contentType)
            good.formUnion(message.good)
            for body in message.refused {
                refused[body, default: 0] += 1
                origins[body, default: []].insert(message.key)
            }
        }
        for number in 0..<1000 {
            try publish(bodies.next())
            if number % 2 == 0 {
                let (message, subject) = bodies.good()
                good.insert(subject)
                try publish(message)
            }
        }
        let results = try stage.results(ofRecords: good.count) + stage.restOfResults()
        #expect(Set(results.map(\.subject)) == good)
        #expect(results.count == good.count)
        #expect(try stage.usage() == UsageCount(records: good.count, scorings: good.count))
        let count = refused.values.reduce(0, +)
        #expect(count > 1000, "batches bring several")
        let found = try stage.drain(Names.rejected, count: count)
        #expect(found.count == count)
        #expect(Dictionary(grouping: found, by: \.body).mapValues(\.count) == refused, "byte for byte")
        for delivery in found {
            let headers = delivery.properties.headers
            #expect(headers[Names.Header.reason]?.text.flatMap(Refusal.Reason.init) != nil)
            #expect(headers[Names.Header.field]?.text?.isEmpty == false)
            #expect(origins[delivery.body]?.contains(headers[Names.Header.origin]?.text ?? "") ?? false)
        }
        #expect(try stage.drain(Names.rejected).isEmpty)
        #expect(worker.count(of: "starts again") == 0)
        #expect(worker.terminate() == 0)
    }
}
