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

    @Test("a file of events, one on each line, is answered line by line, each under the key that follows from it")
    func lines() throws {
        let other = String(decoding: TestEvent("deleted", "A1").of(.account).body("b-2"), as: UTF8.self)
        let file = try [event(), "", event(status: 5), other, "{", event(owner: 5)].joined(separator: "\n")
        let run = try CommandRun(["check", "-"], input: file)
        #expect(run.code == 65)
        #expect(
            run.output.split(separator: "\n").map { $0.prefix(12) } == ["line 1: good", "line 4: good", "line 6: good"])
        #expect(run.output.contains("line 4: good: account deleted, 0 fields, under b-2.account.deleted\n"))
        #expect(
            run.errors == """
                line 3: refused: wrong-type at data.status: must be a text
                line 5: refused: not-json at body: is not one JSON value

                """)
        let shown = try CommandRun(["check", "-", "--json"], input: file)
        #expect(shown.code == 65 && shown.errors.isEmpty)
        try JSONOutputTests.expect(shown.output, like: "commands/check-event.json")
        let answers = try shown.json(Shown.self)
        #expect(!answers.ok && answers.events.map(\.line) == [1, 3, 4, 5, 6])
        #expect(answers.events.map(\.verdict) == ["accepted", "refused", "accepted", "refused", "adjusted"])
        #expect(answers.events.map(\.field) == [nil, "data.status", nil, "body", "data.owner"])
    }

    private struct Shown: Decodable {
        struct Event: Decodable {
            var line, index: Int?
            var verdict: String
            var field: String?
        }

        var ok: Bool
        var events: [Event]
    }

    @Test("one event or one batch has no lines, and a batch numbers its events from 0")
    func json() throws {
        let one = try CommandRun(["check", "-", "--json"], input: event())
        #expect(one.code == 0)
        let answers = try one.json(Shown.self)
        #expect(answers.ok && answers.events.map(\.line) == [nil] && answers.events.map(\.index) == [nil])
        let batch = try CommandRun(["check", "-", "--json"], input: "[\n" + event() + ",\n" + event(status: 5) + "]")
        #expect(batch.code == 65)
        #expect(try batch.json(Shown.self).events.map(\.index) == [0, 1])
        #expect(try batch.json(Shown.self).events.map(\.line) == [nil, nil])
    }
}
