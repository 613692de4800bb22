import Contract
import Foundation
import LeadModel
import Rabbit
import Registry
import TestKit
import Testing

/// The examples of `config/contract/`, through the broker and the real worker.
@Suite("The contract's examples", .serialized, .onOwnThreads)
struct ContractExampleTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../config/contract/examples").standardizedFileURL
    /// The examples' organization.
    private static let org = "acme"

    private struct Bad: Decodable {
        var file: String
        var routingKey: String
        var contentType, contentEncoding: String?
        var reason: String
        var field: String
        /// For a batch with one bad element.
        var index: Int?
        /// Other organizations get it without the value that doesn't fit.
        var onlyStrict: Bool?
    }

    private struct Envelope: Decodable {
        var type, subject: String

        var key: String { type.replacing("leadline", with: ContractExampleTests.org, maxReplacements: 1) }
    }

    @Test("each good example is accepted, and the open leads among them come back scored")
    func good() throws {
        let stage = try Stage(org: Self.org)
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".json") }.sorted()
        #expect(files.count >= 8)
        #expect(try stage.eventually { worker.printed.contains("taking work") })
        var (created, scored): (Set<String>, Set<String>) = ([], [])
        for file in files {
            let data = try Data(contentsOf: Self.folder.appendingPathComponent(file))
            let isBatch = data.first == UInt8(ascii: "[")
            let envelopes =
                try isBatch
                ? JSONDecoder().decode([Envelope].self, from: data) : [JSONDecoder().decode(Envelope.self, from: data)]
            try stage.publish(
                [(envelopes[0].key, Array(data))],
                contentType: isBatch ? Names.ContentType.batch : Names.ContentType.event)
            created.formUnion(envelopes.filter { $0.type == "leadline.lead.created" }.map(\.subject))
            // One at a time: some have the same record, and events in one turn give only one result.
            scored.formUnion(try stage.restOfResults().filter { $0.data.score != nil }.map(\.subject))
        }
        #expect(!created.isEmpty)
        #expect(created.isSubset(of: scored))
        #expect(try stage.drain(Names.rejected).isEmpty)
    }

    @Test(
        "each bad example ends in the rejected queue, unchanged, with the listed reason and field",
        arguments: [true, false])
    func bad(isStrict: Bool) throws {
        let stage = try Stage(org: Self.org)
        try stage.set { $0.isStrict = isStrict }
        try stage.publish(.byHand())
        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        let folder = Self.folder.appendingPathComponent("bad")
        let listed = try JSONDecoder().decode(
            [Bad].self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
        #expect(Set(listed.map(\.reason)).count >= 15 && listed.count >= 20)
        let refused = listed.filter { isStrict || $0.onlyStrict != true }
        #expect(isStrict || refused.count < listed.count)
        var good: Set<String> = []
        for (number, bad) in listed.enumerated() {
            let body = try Array(Data(contentsOf: folder.appendingPathComponent(bad.file)))
            try stage.publish(
                [(bad.routingKey, body)], contentType: bad.contentType, contentEncoding: bad.contentEncoding)
            let neighbour = TestEvent.created("good-\(stage.run)-\(number)", ["source": "web"])
            good.insert(neighbour.subject)
            try stage.publish([neighbour])
        }
        let rejected = try stage.drain(Names.rejected, count: refused.count)
        #expect(rejected.count == refused.count)
        for bad in refused {
            let body = try Array(Data(contentsOf: folder.appendingPathComponent(bad.file)))
            let isWhole: (ReceivedMessage) -> Bool = { bad.index == nil ? $0.body == body : body.contains($0.body) }
            let found = rejected.first { delivery in
                let headers = delivery.properties.headers
                // An unroutable message arrives through the alternate exchange, without the worker's headers.
                guard let reason = headers[Names.Header.reason]?.text else { return isWhole(delivery) }
                return isWhole(delivery) && reason == bad.reason && headers[Names.Header.field]?.text == bad.field
                    && headers[Names.Header.origin]?.text == bad.routingKey
            }
            #expect(found != nil, "\(bad.file)")
        }
        let scored = Set(try stage.restOfResults(quietFor: .seconds(2)).map(\.subject))
        #expect(good.isSubset(of: scored))
    }
}
