import Foundation
import LeadModel
import Testing

@testable import Contract

@Suite("The contract's examples")
struct ExamplesTests {
    private func events(_ file: String, _ verb: String = "created", of kind: String = "lead") throws -> [RecordEvent] {
        let reading = read(try ContractFiles.bytes("examples/\(file).json"), key: "acme.\(kind).\(verb)")
        #expect(reading.refusal == nil, "\(file)")
        return reading.events
    }

    private func event(_ file: String, _ verb: String = "created", of kind: String = "lead") throws -> RecordEvent {
        try #require(events(file, verb, of: kind).first)
    }

    @Test("every good example is named in these tests")
    func all() throws {
        let files = try ContractFiles.names(in: "examples").filter { $0.hasSuffix(".json") }
        #expect(
            files == [
                "account-created.json", "account-updated-patch.json", "attributes.json", "batch.json",
                "contact-created.json", "contact-erased.json", "created-full.json", "created-minimal.json",
                "deleted.json", "erased.json", "imported-closed.json", "opportunity-created.json",
                "opportunity-updated-won.json", "updated-patch.json", "updated-snapshot.json",
            ])
    }

    @Test("a full creation is read to what it says")
    func createdFull() throws {
        let event = try event("created-full")
        #expect(event.recordID == "00Q5e00000AbcDE" && event.kind == .snapshot)
        #expect(event.stamp.time == Moment(rfc3339: "2026-11-20T09:30:00.250Z"))
        #expect(event.stamp.sequence == "000000000042")
        var record = Record()
        record.merge([event])
        #expect(record.status == .open && record.isOpen && record.creationSeen)
        #expect(record.text(.owner) == "ann" && record.text(.name) == "Béa Example")
        #expect(record.text(.process) == "inbound" && record.text(.stage) == "new")
        #expect(record.createdAt == Moment(rfc3339: "2026-11-20T09:29:58Z"))
        #expect(record.moment(.stageSince) == Moment(rfc3339: "2026-11-20T09:30:00Z"))
        #expect(record.text(.account) == "0015e00000XyzAB" && record.text(.contact) == nil)
        #expect(
            record.attributes == [
                "leadSource": .text("Web"), "employees": .number(250), "web.visits": .number(12),
                "web.pages": .list(["/pricing", "/docs"]), "newsletter": .flag(true),
                "account.industry": .text("Finance"),
            ])
    }

    @Test("a minimal creation is an open record that began with its event")
    func createdMinimal() throws {
        var record = Record()
        record.merge([try event("created-minimal")])
        #expect(record.isOpen && record.createdAt == Moment(rfc3339: "2026-11-20T09:30:00Z"))
    }

    @Test("an import can be of a record that is closed")
    func importedClosed() throws {
        var record = Record()
        record.merge([try event("imported-closed", "imported")])
        #expect(record.outcome == .qualified && record.creationSeen)
        #expect(record.moment(.closedAt) == Moment(rfc3339: "2026-07-09T12:00:00Z"))
    }

    @Test("an update is a snapshot, or a patch in which null removes")
    func updated() throws {
        let snapshot = try event("updated-snapshot", "updated")
        let patch = try event("updated-patch", "updated")
        #expect(snapshot.kind == .snapshot && patch.kind == .patch)
        var record = Record()
        record.merge([try event("created-full"), snapshot, patch])
        #expect(record.text(.owner) == nil && record.text(.stage) == "contacted")
        #expect(
            record.attributes
                == [
                    "leadSource": .text("Web"), "employees": .number(300), "web.visits": .number(13),
                    "newsletter": nil, "account.industry": nil,
                ].compactMapValues(\.self))
    }

    @Test("a deletion and an erasure say so")
    func ends() throws {
        #expect(try event("deleted", "deleted").kind == .delete)
        #expect(try event("erased", "erased").kind == .erase)
    }

    @Test("an attribute of each kind is read as that kind")
    func attributes() throws {
        var record = Record()
        record.merge([try event("attributes")])
        #expect(
            record.attributes == [
                "text": .text("a \"quoted\" text"), "empty": .text(""), "whole": .number(4), "decimal": .number(0.1),
                "negative": .number(-0.0125), "yes": .flag(true), "no": .flag(false), "list": .list(["one", "two"]),
                "none": .list([]),
            ])
    }

    @Test("a batch is read to all of its events")
    func batch() throws {
        #expect(try events("batch").map(\.recordID) == ["L-9", "L-10"])
    }

    @Test("an account or a contact has a name, an owner and attributes, and changes by patches as a lead does")
    func relatedEntities() throws {
        var account = Record()
        account.merge([
            try event("account-created", of: "account"), try event("account-updated-patch", "updated", of: "account"),
        ])
        #expect(account.text(.name) == "Example & Co" && account.text(.owner) == "ann")
        #expect(account.attributes == ["industry": .text("Finance"), "employees": .number(300)])
        let created = try event("contact-created", of: "contact")
        var contact = Record()
        contact.merge([created])
        #expect(contact.attributes["jobTitle"] == .text("CFO"))
        contact.merge([try event("contact-erased", "erased", of: "contact")])
        #expect(contact.isErased && contact.cells.isEmpty)
    }

    @Test("an opportunity names its account and contact, stands in a stage, and is won or lost")
    func opportunities() throws {
        var record = Record()
        record.merge([try event("opportunity-created", of: "opportunity")])
        #expect(record.isOpen && record.text(.stage) == "proposal")
        #expect(record.moment(.stageSince) == Moment(rfc3339: "2026-11-18T08:00:00Z"))
        #expect(record.text(.account) == "0015e00000XyzAB" && record.text(.contact) == "0035e00000PqrST")
        record.merge([try event("opportunity-updated-won", "updated", of: "opportunity")])
        #expect(record.outcome == .won && record.text(.name) == "Example & Co: 40 seats")
    }

    struct Bad: Decodable, CustomTestStringConvertible {
        var file, routingKey, reason, field: String
        var contentType, contentEncoding: String?
        var index: Int?
        /// Other organizations take it and cut or drop what does not fit.
        var onlyStrict: Bool?
        var testDescription: String { file }
    }

    @Test(
        "every bad example is refused for its reason",
        arguments: try ContractFiles.decode([Bad].self, "examples/bad/expected.json"))
    func bad(_ bad: Bad) throws {
        let message = EventMessage(
            body: try ContractFiles.bytes("examples/bad/\(bad.file)"), contentType: bad.contentType,
            contentEncoding: bad.contentEncoding)
        let reading = EventReader().read(message, routingKey: bad.routingKey, now: now)
        #expect((reading.refusal == nil) == (bad.onlyStrict == true))
        let refusal = try #require(reading.strictRefusal)
        #expect(refusal.reason.rawValue == bad.reason && refusal.field == bad.field && refusal.index == bad.index)
        #expect(!refusal.message.isEmpty && refusal.message.utf8.count < 250)
    }

    @Test("every bad example is in the table")
    func allBad() throws {
        let listed = try ContractFiles.decode([Bad].self, "examples/bad/expected.json").map(\.file)
        let files = try ContractFiles.names(in: "examples/bad").filter { $0 != "expected.json" }
        #expect(listed.sorted() == files)
        #expect(listed.count == Set(listed).count)
    }
}
