import Intake
import LeadModel
import Testing

@Suite("JSON as interfaces write it")
struct JSONShapesTests {
    private let objects = [#"{"id":"1","amount":5,"note":"a } ] \" b"}"#, #"{"id":"2","amount":null}"#]

    private func ids(_ text: String, name: String = "leads.json") throws -> [String?] {
        try FixtureFile(text, name: name).records { $0.id = "id" }.map(\.id)
    }

    @Test("arrays, objects over several lines, and lines are read alike")
    func forms() throws {
        let pretty = objects.map { $0.replacing(",", with: ",\n  ").replacing("{", with: "{\n  ") }
        for text in [
            objects.joined(separator: "\n"), "[" + objects.joined(separator: ",") + "]",
            "\u{FEFF}[\n" + pretty.joined(separator: ",\n") + "\n]\n", pretty.joined(separator: "\n\n"),
        ] {
            #expect(try ids(text) == ["1", "2"])
        }
        let records = try FixtureFile("[\n" + pretty.joined(separator: ",\n") + "]", name: "a.json").records()
        #expect(records.map(\.line) == [2, 6] && records[0]["note"] == .text("a } ] \" b"))
    }

    @Test(
        "the answers of CRMs' interfaces are read: the list in an object",
        arguments: [
            #"{"totalSize": 2, "done": true, "records": ["#, #"{"@odata.context":"x","value":["#,
            #"{"success":true,"data":["#,
        ])
    func envelopes(head: String) throws {
        #expect(try ids(head + objects.joined(separator: ",\n") + "], \"more\": {\"x\": 1}}") == ["1", "2"])
    }

    @Test("an array longer than a chunk is read whole, and one that is cut off is an error with its line")
    func long() throws {
        let many = (0..<20_000).map { "{\"id\":\"\($0)\",\n\"a\":\"\($0)\"}" }
        #expect(try ids("[" + many.joined(separator: ",\n") + "]").last == "19999")
        let cut = try FixtureFile("[" + many.prefix(3).joined(separator: ",\n") + ",\n{\"id\":", name: "a.json")
        #expect(cut.failure()?.line == 7)
    }

    @Test(
        "the keys of an object are columns behind its own key; those of properties are columns; deeper ones are not read"
    )
    func nesting() throws {
        let file = try FixtureFile(
            #"[{"id":"1","properties":{"stage":"Won"},"address":{"city":"Bonn","geo":{"lat":1}},"tags":["a",1],"deals":[{"x":1}]}]"#,
            name: "a.json")
        let record = try #require(try file.records().first)
        #expect(record.attributes.map(\.name.text) == ["address.city", "id", "stage", "tags"])
        #expect(record["tags"] == .list(["a", "1"]))
        let notes = try FileSurvey(file.open(), for: .training).notes
        #expect(notes == ["lists and objects inside objects are not read: address.geo (1), deals (1)"])
    }
}
