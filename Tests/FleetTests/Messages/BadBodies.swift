import Contract
import Foundation
import LeadTrainer
import TestKit

/// Unusable bodies, made from good events by a seeded generator. Each is certainly bad, by the way it is
/// made or, if bytes are changed at random, according to Foundation's parser, which shares no code with ours.
struct BadBodies {
    private var random: SplitMix64
    private let org: String
    private var count = 0

    init(seed: UInt64, org: String) { (random, self.org) = (SplitMix64(seed: seed), org) }

    /// A message, and the bodies that must be found in the rejected queue.
    struct Message {
        var key: String
        var body: [UInt8]
        var contentType: String?
        /// The whole body, or the bad elements of a batch.
        var refused: [[UInt8]]
        /// The good leads in it.
        var good: [String] = []
    }

    mutating func next() -> Message {
        var message: Message
        switch random.index(below: 12) {
        case 0...1: message = whole(brokenBytes())
        case 2...3: message = whole(brokenText())
        case 4...7: message = whole(Array(badEvent().utf8))
        case 8: message = whole(pick(Self.noEvents))
        case 9: message = wrongKey()
        default: message = batch()
        }
        if message.contentType == Names.ContentType.event, random.index(below: 3) == 0 {
            // With another JSON content type, or none, an array is a batch, so a bad single event stays bad.
            if message.body.first(where: { $0 > 32 }) != UInt8(ascii: "[") {
                message.contentType = pick([nil, "application/json"])
            }
        }
        return message
    }

    private mutating func whole(_ body: [UInt8]) -> Message {
        Message(key: "\(org).lead.created", body: body, contentType: Names.ContentType.event, refused: [body])
    }

    private mutating func pick<T>(_ choices: [T]) -> T { choices[random.index(below: choices.count)] }

    // MARK: Good events

    /// The JSON of the members of a good event: name and value, `data` last.
    private mutating func members(_ subject: String) -> [(name: String, value: String)] {
        var attributes = [#""source":"web""#, #""visits":\#(random.index(below: 20))"#]
        let more = [
            #""name with é":"Grüße \u00e9 🙂 \" \\""#, #""list":["a","b"]"#, #""flag":true"#, #""none":null"#,
            #""number":-1.5e-3"#,
        ]
        for one in more where random.index(below: 2) == 0 { attributes.append(one) }
        return [
            ("specversion", #""1.0""#), ("id", "\"\(subject)-1\""), ("source", #""test""#),
            ("type", #""leadline.lead.created""#), ("subject", "\"\(subject)\""),
            ("time", #""2026-01-02T03:04:05Z""#), ("organization", "\"\(org)\""),
            ("data", #"{"owner":"ann","attributes":{\#(attributes.joined(separator: ","))}}"#),
        ]
    }

    private mutating func subject(_ kind: String) -> String {
        count += 1
        return "\(kind)\(count)"
    }

    private func object(_ members: [(name: String, value: String)]) -> String {
        "{" + members.map { "\"\($0.name)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    private mutating func goodEvent(_ subject: String) -> String { object(members(subject)) }

    /// A good event, alone in its message.
    mutating func good() -> (message: Message, subject: String) {
        let subject = subject("good")
        let body = Array(goodEvent(subject).utf8)
        let message = Message(
            key: "\(org).lead.created", body: body, contentType: pick([Names.ContentType.event, nil]), refused: [])
        return (message, subject)
    }

    // MARK: No JSON

    /// Bytes are changed, inserted, removed or cut off, so that the body is no longer JSON.
    private mutating func brokenBytes() -> [UInt8] {
        while true {
            var body = Array(goodEvent(subject("bytes")).utf8)
            for _ in 0...random.index(below: 3) {
                let at = random.index(below: body.count)
                switch random.index(below: 5) {
                case 0: body[at] = UInt8(random.index(below: 256))
                case 1: body[at] ^= 1 << UInt8(random.index(below: 8))
                case 2: body.remove(at: at)
                case 3: body.insert(UInt8(random.index(below: 256)), at: at)
                default: body.removeSubrange(at..<min(body.count, at + 1 + random.index(below: 20)))
                }
            }
            if random.index(below: 4) == 0 { body = Array(body.prefix(random.index(below: body.count))) }
            // A parser that guesses encodings might take what begins with a NUL for another one.
            if (try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)) == nil { return body }
        }
    }

    /// Characters that are invalid in a string, texts that are no value, and texts that must not follow a value.
    private mutating func brokenText() -> [UInt8] {
        let name = subject("text")
        switch random.index(below: 4) {
        case 0:
            let bad: [[UInt8]] = [
                [0xFF], [0xC0, 0x80], [0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0], [0x1F],
                Array(#"\ud800"#.utf8), Array(#"\udc00\ud800"#.utf8), Array(#"\u12"#.utf8), Array(#"\x41"#.utf8), [10],
            ]
            let parts = object(members(name).map { $0.name == "source" ? ($0.name, "\"crm!\"") : $0 })
            return Array(parts.utf8).split(separator: UInt8(ascii: "!")).map(Array.init).joined(separator: pick(bad))
                .map(\.self)
        case 1:
            let values = [
                "01", "+1", ".5", "1.", "1e", "0x1", "NaN", "Infinity", "-", "1e999", "-1e400", "18446744073709551616",
                "-9223372036854775809", "tru", "None", "'a'", "undefined", "", "1_000", "1,", "{,}", "[1,]", "{\"a\"}",
            ]
            return Array(object(members(name) + [("x", pick(values))]).utf8)
        case 2: return pick([[0xEF, 0xBB, 0xBF], [0], Array("//".utf8), [0xFE, 0xFF]]) + Array(goodEvent(name).utf8)
        default: return Array((goodEvent(name) + pick(["}", ",", "x", " {}", "\u{0}", "[]", "\"\""])).utf8)
        }
    }

    // MARK: JSON that is no event

    private static let noEvents: [[UInt8]] = [
        "", " ", "\n", "null", "true", "7", "\"text\"", "{}", "[]", "[7]", "[[]]", "{\"a\":{}}", "\u{0}", "{", "]",
    ].map { Array($0.utf8) }

    /// Complete JSON with matching quotes and brackets, so as an element of a batch it doesn't affect the others.
    private mutating func badEvent() -> String {
        let name = subject("event")
        var members = members(name)
        let data = members.count - 1
        switch random.index(below: 7) {
        case 0: members.remove(at: random.index(below: members.count))
        case 1:
            let wrong = ["7", "true", "[]", "{}", "null", "\"\"", "\"\\u0000\"", "[[\"1.0\"]]"]
            members[random.index(below: data)].value = pick(wrong)
        case 2:
            let wrong = ["7", "true", "[]", "null", "\"{}\"", "[{}]"]
            members[data].value = pick(wrong)
        case 3: members.append(pick(members))
        case 4: members.append(("x", nested(32 + random.index(below: 1000))))
        case 5: members[data].value = #"{"attributes":{\#(badAttribute())}}"#
        default:
            let wrong = [
                #""color":"red""#, #""status":"won""#, #""status":7"#, #""createdAt":"2026-02-30T00:00:00Z""#,
                #""createdAt":"2026-02-03""#, #""owner":{}"#, #""related":{"account":""}"#, #""related":"A1""#,
                #""patch":true"#, #""name":"\#(String(repeating: "n", count: 8193))""#, #""attributes":[]"#,
            ]
            members[data].value = "{\(pick(wrong))}"
        }
        return object(members)
    }

    private mutating func badAttribute() -> String {
        let long = String(repeating: "ä", count: 4097)
        return pick([
            #""a":{}"#, #""a":[1]"#, #""a":[["b"]]"#, #""a":[null]"#, #""":1"#, #""a\n":1"#, #""a":1,"a":1"#,
            #""a":1,"\u0061":2"#, "\"\(long.prefix(65))\":1", #""a":"\#(long)""#,
            #""a":[\#(repeatElement(#""e""#, count: 101).joined(separator: ","))]"#,
            (0...500).map { "\"a\($0)\":1" }.joined(separator: ","), #""a":1e999"#, #""a":9223372036854775808000"#,
        ])
    }

    private func nested(_ depth: Int) -> String {
        String(repeating: #"{"a":["#, count: depth / 2) + String(repeating: "]}", count: depth / 2)
    }

    // MARK: Wrong routing keys, and batches

    /// A good event with a wrong routing key that still leads to a work queue.
    private mutating func wrongKey() -> Message {
        let body = Array(goodEvent(subject("key")).utf8)
        let keys = [
            "\(org).lead.updated", "\(org).lead.imported", "\(org).lead.erased", "other.lead.created",
            "\(org.uppercased()).lead.created", "\(org).opportunity.created", "\(org).account.updated", ".lead.created",
        ]
        return Message(key: pick(keys), body: body, contentType: Names.ContentType.event, refused: [body])
    }

    private mutating func batch() -> Message {
        let key = "\(org).lead.created"
        if random.index(below: 5) == 0 {
            let body = pick([Array("[]".utf8), Array("[\(goodEvent(subject("cut"))),".utf8), Array("[,]".utf8)])
            return Message(key: key, body: body, contentType: Names.ContentType.batch, refused: [body])
        }
        var message = Message(key: key, body: [], contentType: pick([Names.ContentType.batch, nil]), refused: [])
        var elements: [String] = []
        for _ in 0...random.index(below: 4) {
            let bad = random.index(below: 4) == 0 ? pick(["7", "null", "\"x\"", "[]", "{}"]) : badEvent()
            message.refused.append(Array(bad.utf8))
            elements.append(bad)
            if random.index(below: 2) == 0 {
                message.good.append(subject("neighbour"))
                elements.append(goodEvent(message.good[message.good.count - 1]))
            }
        }
        message.body = Array("[\(elements.joined(separator: pick([",", " ,\n", "\t, "])))]".utf8)
        return message
    }
}
