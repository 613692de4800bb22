import Foundation
import TestKit
import Testing

@Suite("leadline check of an event", .onOwnThreads)
struct CheckEventTests {
    private func event(_ verb: String = "created", owner: Any = "u7", status: Any = "open") throws -> String {
        let event = TestEvent(verb, "L1", data: ["owner": owner, "status": status, "attributes": ["source": "web"]])
        return String(decoding: event.body("acme"), as: UTF8.self)
    }

    @Test("an event that a worker would accept is good; one that it would reject is refused with the field")
    func event() throws {
        let good = try CommandRun(["check", temporaryFile("event.json", try event())])
        #expect(good.code == 0 && good.output == "good: lead created, 3 fields, under acme.lead.created\n")
        let bad = try CommandRun(["check", temporaryFile("event.json", try event(status: 5))])
        #expect(bad.code == 65 && bad.output.isEmpty)
        #expect(bad.errors == "refused: wrong-type at data.status: must be a text\n")
        let adjusted = try CommandRun(["check", temporaryFile("event.json", try event(owner: 5))])
        #expect(adjusted.code == 0 && adjusted.errors.isEmpty)
        #expect(
            adjusted.output
                == "good: lead created, 2 fields, under acme.lead.created; a strict organization refuses it: "
                + "wrong-type at data.owner: must be a text\n")
        let key = try CommandRun(
            ["check", temporaryFile("event.json", try event()), "--key", "other.lead.created"])
        #expect(key.code == 65 && key.errors.contains("organization"))
        let missing = try CommandRun(["check", "event.json"])
        #expect(missing.code == 65)
        #expect(missing.errors == "leadline: cannot read event.json: No such file or directory\n")
    }

    @Test("each event of a batch is answered, and - reads standard input")
    func batch() throws {
        let mixed = try "[" + event() + "," + event(status: 5) + "," + event() + "]"
        let run = try CommandRun(["check", "-"], input: mixed)
        #expect(run.code == 65)
        #expect(run.output.split(separator: "\n").count == 2)
        #expect(run.errors == "refused: wrong-type at [1] data.status: must be a text\n")
        let noJSON = try CommandRun(["check", "-"], input: "Jane Doe, 5 Main Street")
        #expect(noJSON.code == 65 && noJSON.errors.hasPrefix("refused: not-json"))
        #expect(!noJSON.errors.contains("Jane"))
    }
}
