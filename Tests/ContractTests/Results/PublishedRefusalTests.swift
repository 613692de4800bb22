import Foundation
import LeadModel
import Testing

@testable import Contract

@Suite("What is published about a refused event")
struct PublishedRefusalTests {
    private func refusal(_ key: String, reason: String = "wrong-type") -> PublishedRefusal {
        PublishedRefusal(
            id: "crm-4712-1", source: "crm", reason: reason, field: "data.status", index: nil, eventKey: key,
            rejectedAt: "2026-11-20T09:30:00.412Z")
    }

    @Test("is the contract's example, which has all that its schema requires and nothing else")
    func example() throws {
        let example = try ContractFiles.json("examples/refusals/refusal.json")
        #expect(try ContractFiles.json(refusal("acme.lead.created").body()) == example)
        let schema = try ContractFiles.json("refusals.schema.json")
        let required = try #require(schema["required"] as? [String])
        let properties = try #require(schema["properties"] as? NSDictionary)
        #expect(Set(required) == Set(example.allKeys.compactMap { $0 as? String }))
        #expect(Set(required) == Set(properties.allKeys.compactMap { $0 as? String }))
    }

    @Test(
        "goes out under the organization and entity of the event's key, and under _ for what is neither",
        arguments: [
            ("acme.lead.created", "acme.lead"), ("a-1.contact.erased", "a-1.contact"),
            ("acme.account.seen", "acme.account"),
            ("acme.deal.created", "acme._"), ("Acme.lead.created", "_.lead"), ("*.lead.created", "_.lead"),
            ("acme corp.lead.created", "_.lead"), ("#", "_._"), ("", "_._"), ("..", "_._"), ("acme", "acme._"),
            ("_.opportunity.created", "_.opportunity"), ("acme.lead.#.*.x", "acme.lead"),
        ])
    func keys(key: String, expected: String) {
        #expect(refusal(key).routingKey == expected + ".wrong-type")
    }

    @Test("no organization can have the name that stands for an unknown one, and every reason can stand in a key")
    func placeholder() {
        #expect(!OrganizationName.isValid(PublishedRefusal.unknown))
        for reason in Refusal.Reason.allCases {
            #expect(reason.rawValue.wholeMatch(of: /[a-z-]+/) != nil)
        }
    }

    @Test("id and source are read as far as they are allowed, whatever else is wrong with the event")
    func identity() {
        func identity(_ body: String) -> [String?] {
            let found = EventReader().identity(of: Array(body.utf8))
            return [found.id, found.source]
        }
        #expect(identity(#"{"id": "1", "source": "crm", "data": 7}"#) == ["1", "crm"])
        #expect(identity(#"{"id": 1, "source": "crm", "subject": "L"}"#) == [nil, "crm"])
        #expect(identity(#"{"id": "1", "source": "", "x": 99999999999999999999}"#) == ["1", nil])
        #expect(identity(#"{"id": "\#(String(repeating: "x", count: 257))", "source": "a\nb"}"#) == [nil, nil])
        #expect(identity(#"[{"id": "1", "source": "crm"}]"#) == [nil, nil])
        #expect(identity("{") == [nil, nil])
        #expect(identity("") == [nil, nil])
    }
}
