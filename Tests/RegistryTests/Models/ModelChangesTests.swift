import LeadModel
import Registry
import TestKit
import Testing

@Suite("A model's versions", .onOwnThreads)
struct ModelChangesTests {
    @Test("version numbers are never reused, a deleted model's versions stay readable, and every change is audited")
    func versions() throws {
        let stage = try Stage()
        #expect(try stage.publish(.byHand()).version == 1)
        #expect(try stage.publish(.byHand()).version == 2)
        try stage.withRegistry { (registry) throws -> Void in
            try registry.delete("test", organization: stage.org, entity: .lead)
            #expect(try registry.published(organization: stage.org, entity: .lead) == nil)
            #expect(try registry.models(organization: stage.org, entity: .lead).isEmpty)
            #expect(throws: LineUpFault.nothingBefore) {
                try registry.rollback(organization: stage.org, entity: .lead)
            }
            let first = ModelVersion(name: "test", version: 1)
            #expect(try registry.scorecard(first, organization: stage.org, entity: .lead) == .byHand())
            #expect(throws: LineUpFault.noSuchModel) {
                try registry.publish("test", version: nil, organization: stage.org, entity: .lead)
            }
        }
        #expect(try stage.publish(.byHand()).version == 3)
        let audit = try stage.withRegistry { try $0.audit(of: stage.org) }
        #expect(
            audit.map(\.action).reversed() == [
                "org create", "model add", "model publish", "model add", "model publish", "model delete", "model add",
                "model publish",
            ])
        #expect(audit.allSatisfy { $0.author == "test" })
    }
}
