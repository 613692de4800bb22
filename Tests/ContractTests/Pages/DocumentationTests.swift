import Foundation
import LeadModel
import Testing

@testable import Contract

@Suite("The contract's documents")
struct DocumentationTests {
    private func text(_ file: String) throws -> String {
        String(decoding: try ContractFiles.bytes(file), as: UTF8.self)
    }

    @Test("every exchange, queue, header and reason is named in the README")
    func names() throws {
        let readme = try text("README.md")
        let names = Names.exchanges.map(\.name) + Names.queues.map(\.name)
        let headers = [
            Names.Header.reason, Names.Header.field, Names.Header.message, Names.Header.index, Names.Header.origin,
            Names.Header.rejectedAt, Names.Header.headersDropped,
        ]
        for name in names + headers + Refusal.Reason.allCases.map(\.rawValue) {
            #expect(readme.contains("`\(name)`"), "\(name)")
        }
        let asyncapi = try text("asyncapi.yaml")
        for name in [Names.records, Names.scores, Names.usage, Names.refusals].map(\.name)
            + [Names.rejected, Names.scoresLog].map(\.name)
        {
            #expect(asyncapi.contains("name: \(name),"), "\(name)")
        }
    }

    @Test("every binding is of an exchange and a queue that are declared")
    func bindings() {
        for binding in Names.bindings {
            #expect(Names.queues.contains(binding.queue) && Names.exchanges.contains(binding.exchange))
            #expect(binding.key.isEmpty == (binding.exchange.kind == .fanout))
        }
        let alternates = Names.exchanges.compactMap(\.alternate)
        #expect(Set(alternates) == ["leadline.unroutable"])
    }

    @Test("the schemas have every type of event and of result, and no other")
    func types() throws {
        func types(_ path: String, of file: String) throws -> [String]? {
            path.split(separator: ".").reduce(try ContractFiles.json(file) as Any?) {
                ($0 as? NSDictionary)?[String($1)]
            } as? [String]
        }
        let events = RecordKind.allCases.flatMap { kind in
            Verb.allCases.map { "leadline.\(kind.rawValue).\($0.rawValue)" }
        }
        #expect(try types("$defs.event.properties.type.enum", of: "events.schema.json") == events)
        let whats = ["scored", "closed", "deleted", "erased", "unscored", "changed"]
        let results = Entity.allCases.flatMap { entity in whats.map { "leadline.\(entity.rawValue).\($0)" } }
        #expect(
            try types("properties.type.enum", of: "results.schema.json") == results + ["leadline.contact.erased"])
    }

    @Test("the schema states the limits that are kept")
    func limits() throws {
        let definitions = try #require(try ContractFiles.json("events.schema.json")["$defs"] as? NSDictionary)
        let limits = Limits.standard
        func number(_ path: String) -> Int? {
            path.split(separator: ".").reduce(definitions as Any?) { ($0 as? NSDictionary)?[String($1)] } as? Int
        }
        #expect(number("batch.maxItems") == limits.batchEvents)
        #expect(number("identity.maxLength") == limits.identityBytes)
        #expect(number("recordId.maxLength") == limits.recordIDBytes)
        #expect(number("event.properties.sequence.maxLength") == limits.sequenceBytes)
        #expect(number("record.properties.attributes.maxProperties") == limits.attributes)
        #expect(number("record.properties.attributes.propertyNames.maxLength") == limits.attributeNameBytes)
        #expect(number("record.properties.owner.maxLength") == limits.textBytes)
    }
}
