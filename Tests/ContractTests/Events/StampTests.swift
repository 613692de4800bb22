import LeadModel
import Testing

@testable import Contract

@Suite("Hashes and stamps")
struct StampTests {
    struct Vectors: Decodable {
        var fnv1a: [FNV]
        var stamps: [Stamp]

        struct FNV: Decodable { var text, hash: String }
        struct Stamp: Decodable { var file, routingKey, order: String }
    }

    private let vectors: Vectors

    init() throws { vectors = try ContractFiles.decode(Vectors.self, "vectors.json") }

    private func hex(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    @Test("FNV-1a gives what its authors published")
    func published() {
        #expect(hex(FNV1a.hash("")) == "cbf29ce484222325")
        #expect(hex(FNV1a.hash("a")) == "af63dc4c8601ec8c")
        #expect(hex(FNV1a.hash("foobar")) == "85944171f73967e8")
        for vector in vectors.fnv1a { #expect(hex(FNV1a.hash(vector.text)) == vector.hash) }
    }

    @Test("the stamps of the examples stay what they are: stored states hold them")
    func stamps() throws {
        #expect(vectors.stamps.count >= 8)
        for vector in vectors.stamps {
            let event = try #require(read(ContractFiles.bytes(vector.file), key: vector.routingKey).events.first)
            #expect(hex(event.stamp.order) == vector.order, "\(vector.file)")
        }
    }

    @Test("order of members, blanks and spelling of the JSON say nothing")
    func spelling() throws {
        let one = event(data: #"{"name":"é","attributes":{"a":1,"b":"x","c":[]},"patch":true}"#, verb: "updated")
        let other = """
            { "data" : {"patch":true, "attributes" : {"c":[ ],"b":"\\u0078", "a" : 1.0},\t"name":"\\u00e9"},
              "organization":"acme", "time":"2026-11-21T10:30:00.000+01:00","subject":"L1","type":"leadline.lead.updated",
              "source":"crm","id":"e1","specversion":"1.0","sequence":null,"extension":{"x":1} }
            """
        let stamps = [one, other].compactMap { read($0, key: "acme.lead.updated").events.first?.stamp }
        #expect(stamps.count == 2 && stamps[0] == stamps[1])
    }

    @Test("any other content has another stamp")
    func content() {
        let contents = [
            #"{}"#, #"{"name":null}"#, #"{"name":""}"#, #"{"owner":""}"#, #"{"attributes":{"name":""}}"#,
            #"{"attributes":{"a":1}}"#, #"{"attributes":{"a":"1"}}"#, #"{"attributes":{"a":true}}"#,
            #"{"attributes":{"a":["1"]}}"#, #"{"attributes":{"a":[]}}"#, #"{"attributes":{"a":["",""]}}"#,
            #"{"attributes":{"a":[""]}}"#, #"{"attributes":{"a":null}}"#, #"{"patch":true}"#, #"{"status":null}"#,
            #"{"status":"open"}"#, #"{"related":{"account":"x"}}"#, #"{"related":{"contact":"x"}}"#,
        ]
        let hashes = contents.compactMap {
            read(event(data: $0, verb: "updated"), key: "acme.lead.updated").events.first?.stamp.order
        }
        #expect(hashes.count == contents.count && Set(hashes).count == contents.count)
    }

    private func event(data: String, verb: String) -> String { ContractTests.event(verb, data: data) }
}
