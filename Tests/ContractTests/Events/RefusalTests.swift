import LeadModel
import Testing

@testable import Contract

@Suite("Refusals")
struct RefusalTests {
    private let secret = "s3cret-Value"

    @Test("a refusal never tells a value")
    func noValues() throws {
        let text = "\"\(secret)\""
        var bodies = ["id", "source", "subject", "sequence"].map {
            event("created", [($0, "\"\(secret)\(String(repeating: "x", count: 300))\"")])
        }
        for member in ["specversion", "type", "time", "organization", "datacontenttype", "data", "data_base64"] {
            bodies.append(event("created", [(member, text)]))
        }
        for member in ["status", "createdAt", "closedAt", "stageSince", "related", "attributes", "patch", "other"] {
            bodies.append(event(data: "{\"\(member)\":\(text)}"))
        }
        for member in ["owner", "name", "process", "stage"] { bodies.append(event(data: "{\"\(member)\":[\(text)]}")) }
        bodies += [
            event(data: #"{"related":{"account":[\#(text)]}}"#), event(data: #"{"attributes":{"a":{"b":\#(text)}}}"#),
            event(data: #"{"attributes":{"a":[\#(text),1]}}"#), event(data: #"{"attributes":{"a":\#(text),"a":1}}"#),
            event(data: #"{"attributes":{"a":\#(text),"b":1e999}}"#), secret, text, "{\(text)}", "\(event())\(secret)",
            "[\(text)]", "[{},\(text)",
        ]
        for body in bodies {
            let refusal = try #require(read(body).strictRefusal, "\(body)")
            #expect(!refusal.description.contains(secret))
        }
        let key = try #require(read(event(), key: "acme.lead.\(secret)").refusal)
        #expect(!key.description.contains(secret))
        let type = try #require(read(event(), secret).refusal)
        #expect(!type.description.contains(secret))
    }

    @Test("a key that stands twice is found in every object, however it is spelled")
    func duplicates() {
        #expect(read(event("created", [("x", #"{"a":[{"b":1,"c":2,"b":3}]}"#)])).refused == "duplicate-key x.a[0].b")
        #expect(read(event(data: #"{"attributes":{"é":1,"\u00e9":2}}"#)).refused == "duplicate-key data.attributes.é")
        #expect(read(event(data: #"{"attributes":{"":1,"":2}}"#)).refused == "duplicate-key data.attributes.")
        #expect(read(event(data: #"{"name":"a","name":null}"#)).refused == "duplicate-key data.name")
        let many = (0..<400).map { "\"a\($0)\":1" }.joined(separator: ",")
        #expect(read(event(data: "{\"attributes\":{\(many)}}")).refused == nil)
        #expect(read(event(data: "{\"attributes\":{\(many),\"a0\":1}}")).refused == "duplicate-key data.attributes.a0")
        // Composed and decomposed are two names, as they are to the broker and to the store.
        #expect(read(event(data: #"{"attributes":{"\u00e9":1,"e\u0301":2}}"#)).refused == nil)
        #expect(read("[\(event()),\(event(data: #"{"name":1,"name":2}"#))]").events.count == 1)
    }

    @Test("accounts and contacts have no status, stage or outcome, and name nobody")
    func related() {
        for data in [#"{"status":"open"}"#, #"{"stage":"first"}"#, #"{"related":{}}"#, #"{"closedAt":null}"#] {
            let body = event("updated", data: data).replacing("leadline.lead.", with: "leadline.account.")
            #expect(read(body, key: "acme.account.updated").refused?.hasPrefix("not-allowed data.") == true)
        }
    }

    @Test("a routing key has three parts that are known")
    func routingKeys() throws {
        let longest = String(repeating: "a", count: 40)
        #expect(
            read(event("created", [("organization", "\"\(longest)\"")]), key: "\(longest).lead.created").refused == nil)
        for key in [
            "", ".", "..", "acme", "acme.lead", "acme.lead.created.", "acme.lead.created.x", ".lead.created",
            "Acme.lead.created", "a_b.lead.created", "é.lead.created", "\(longest)a.lead.created", "acme.Lead.created",
            "acme.lead.Created", "acme.deal.created", "acme.lead.merged",
        ] {
            #expect(read(event(), key: key).refused == "bad-routing-key routing key", "\(key)")
        }
        #expect(try RoutingKey(parsing: "a-1.lead.erased").description == "a-1.lead.erased")
    }

    @Test("the codes of reasons stay what they are")
    func codes() {
        let codes = """
            bad-routing-key unsupported-entity unsupported-content-type unsupported-content-encoding bad-content-encoding too-large not-json bad-number duplicate-key \
            empty-batch not-a-cloud-event unknown-type missing-field wrong-type bad-value unknown-field not-allowed \
            time-ahead routing-key-mismatch unknown-organization too-many-names record-too-large poison damaged-record not-stored \
            unroutable expired delivery-limit
            """
        #expect(Refusal.Reason.allCases.map(\.rawValue) == codes.split(separator: " ").map(String.init))
    }
}
