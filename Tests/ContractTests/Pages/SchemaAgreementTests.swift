import Foundation
import LeadModel
import TestKit
import Testing

@testable import Contract

/// The schema of events is what connectors check theirs with: it must not say yes where the reader says no.
@Suite("The schema of events and the reader")
struct SchemaAgreementTests {
    private static let pieces = [
        "application/json", "text/JSON", "x/y+json", "application", "APPLICATION", "text", "/", "json", "JsOn", "+json",
        "x-json-seq", "jsonfoo", "vnd.crm", ";",
        " ",
        "\t", "\n", "charset=utf-8", "acme", "a", "-", "9", "Z", "_", ".", "é", "\u{0}", "\u{1F}", "\u{7F}", "\u{85}",
        "\u{A0}", "\u{212A}", "😀", "\"", "\\",
    ]

    /// What the schema says of a text as a member of an event.
    private struct Rule {
        var pattern, excluded: NSRegularExpression?
        var lengths: ClosedRange<Int>

        init(_ member: String) throws {
            let definitions = try #require(try ContractFiles.json("events.schema.json")["$defs"] as? NSDictionary)
            func at(_ path: String) -> NSDictionary? {
                path.split(separator: ".").reduce(definitions) { $0?[String($1)] as? NSDictionary }
            }
            let said = try #require(at("event.properties.\(member)"))
            let name = (said["$ref"] as? String).map { String($0.dropFirst("#/$defs/".count)) }
            let rule = try name.map { try #require(at($0)) } ?? said
            func expression(_ text: Any?) throws -> NSRegularExpression? {
                try (text as? String).map { try NSRegularExpression(pattern: $0) }
            }
            pattern = try expression(rule["pattern"])
            let not = try #require(rule["not"] as? NSDictionary)
            excluded = try expression(not["pattern"])
            // A pattern says nothing of null, so "not" would exclude it.
            let types = rule["type"] as? [String] ?? []
            #expect(types.contains("null") == (not["type"] as? String == "string"))
            lengths = (rule["minLength"] as? Int ?? 0)...(rule["maxLength"] as? Int ?? .max)
        }

        func allows(_ text: String) -> Bool {
            func matches(_ expression: NSRegularExpression) -> Bool {
                expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
            }
            return lengths.contains(text.unicodeScalars.count) && pattern.map(matches) != false
                && excluded.map(matches) != true
        }
    }

    @Test(
        "agree on every text as a member of an event",
        arguments: ["id", "source", "subject", "sequence", "organization", "datacontenttype"])
    func texts(member: String) throws {
        let rule = try Rule(member)
        var random = SeededGenerator(state: 20_261_130)
        var (accepted, refused) = (0, 0)
        for _ in 0..<4000 {
            let text = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                Self.pieces.randomElement(using: &random) ?? ""
            }.joined()
            // The schema counts characters, and says that the reader counts bytes.
            guard text.utf8.count <= rule.lengths.upperBound else { continue }
            var json = JSONWriter()
            json.string(text)
            let body = event("created", [(member, String(decoding: json.bytes, as: UTF8.self))])
            let refusal = read(body, key: EventReader().ownRoutingKey(of: Array(body.utf8))).refusal
            #expect((refusal == nil) == rule.allows(text), "\(member) \(text.debugDescription)")
            if let refusal {
                refused += 1
                #expect(refusal.field == member)
            } else {
                accepted += 1
            }
        }
        #expect(accepted > 20 && refused > 20, "\(accepted) accepted, \(refused) refused: the test tried nothing")
    }

    @Test("the key that follows from an event names the field that is wrong, not another")
    func ownKeys() {
        func refused(_ members: [(String, String?)]) -> String? {
            let body = event("updated", members)
            return read(body, key: EventReader().ownRoutingKey(of: Array(body.utf8))).refused
        }
        #expect(refused([]) == nil)
        for type in ["lead", "opportunity", "account", "contact"] {
            #expect(refused([("type", "\"leadline.\(type).deleted\""), ("organization", "\"b-2\"")]) == nil)
        }
        #expect(refused([("organization", nil)]) == "missing-field organization")
        #expect(refused([("organization", "1")]) == "wrong-type organization")
        #expect(refused([("organization", "\"Acme\"")]) == "bad-value organization")
        #expect(refused([("organization", "\"acme corp\"")]) == "bad-value organization")
        #expect(refused([("type", "7")]) == "wrong-type type")
        #expect(refused([("type", "\"leadline.deal.created\"")]) == "unknown-type type")
        #expect(refused([("x", "18446744073709551616"), ("organization", "\"b-2\"")]) == nil)
        let batch = "[\(event("updated", [("organization", "7")])),\(event("updated", [("organization", "\"b-2\"")]))]"
        let reading = read(batch, key: EventReader().ownRoutingKey(of: Array(batch.utf8)))
        #expect(reading.refused == "wrong-type organization" && reading.events.count == 1)
    }

    @Test("each schema has the name of its file, so that they find one another")
    func names() throws {
        let files = try ContractFiles.names(in: "").filter { $0.hasSuffix(".schema.json") }
        #expect(files.count >= 5)
        for file in files {
            let text = String(decoding: try ContractFiles.bytes(file), as: UTF8.self)
            #expect(try ContractFiles.json(file)["$id"] as? String == file)
            for reference in text.matches(of: /"\$ref": "([^#"][^#"]*)/) {
                #expect(files.contains(String(reference.1)), "\(file) refers to \(reference.1)")
            }
        }
    }
}
