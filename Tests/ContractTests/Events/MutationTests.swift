import Foundation
import LeadModel
import Testing

@testable import Contract

/// Bodies made from all examples of the contract by a generator with a seed. `deploy/fuzz` goes on from here.
@Suite("Bodies of any kind")
struct MutationTests {
    /// Another with LEADLINE_TEST_SEED.
    private static let seed =
        ProcessInfo.processInfo.environment["LEADLINE_TEST_SEED"].flatMap(UInt64.init) ?? 20_261_121

    private static let pieces = [
        #"""#, "\\", "{", "}", "[", "]", ",", ":", "null", "1e999", "-", "\u{0}", "\\u", "\\ud800", #""a":"#,
        #""a":1,"#,
        #","data":{}"#, #"{"a":["#, "18446744073709551616", "\u{FEFF}", "99999999999999999999e-20",
    ].map { Array($0.utf8) }

    private struct Example {
        var body: [UInt8]
        /// What it says that happened, as a rule by its file's name.
        var verb: Verb
    }

    /// The good ones more often: what is bad already stays so as a rule.
    private func examples() throws -> [Example] {
        let good = try ContractFiles.names(in: "examples").filter { $0.hasSuffix(".json") }.map { name in
            Example(
                body: try ContractFiles.bytes("examples/\(name)"),
                verb: Verb.allCases.first { name.hasPrefix($0.rawValue) } ?? .created)
        }
        let bad = try ContractFiles.names(in: "examples/bad").filter { $0 != "expected.json" }.map { name in
            Example(body: try ContractFiles.bytes("examples/bad/\(name)"), verb: .created)
        }
        return Array(repeatElement(good, count: 20).joined()) + bad
    }

    private func mutated(_ body: [UInt8], _ examples: [Example], _ random: inout SeededGenerator) -> [UInt8] {
        var body = body
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            guard !body.isEmpty else { return body }
            let at = Int.random(in: body.indices, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: body[at] = UInt8.random(in: 0...255, using: &random)
            case 1: body.remove(at: at)
            case 2: body.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: at)
            case 3: body.removeSubrange(at..<min(body.count, at + 20))
            case 4: body.insert(contentsOf: body[at..<min(body.count, at + 40)], at: at)
            case 5: body = Array(body[..<at])
            case 6:
                let other = examples.randomElement(using: &random)?.body ?? []
                body.insert(contentsOf: other.suffix(Int.random(in: 0...min(60, other.count), using: &random)), at: at)
            default: body[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        return body
    }

    @Test("whatever is done to an example, it gives events within their limits or refusals, the same each time")
    func mutations() throws {
        let examples = try examples()
        let (reader, other) = (EventReader(), EventReader())
        var random = SeededGenerator(state: Self.seed)
        var (accepted, adjusted, refused) = (0, 0, 0)
        for number in 0..<60_000 {
            let example = try #require(examples.randomElement(using: &random))
            let body = mutated(example.body, examples, &random)
            let isOwn = Int.random(in: 0..<5, using: &random) > 0
            let verb = isOwn ? example.verb : Verb.allCases.randomElement(using: &random) ?? .created
            let type = [nil, nil, MediaType.event, MediaType.batch].randomElement(using: &random) ?? nil
            func read(_ reader: EventReader) -> ParsedMessage {
                reader.read(body: body, contentType: type, routingKey: "acme.lead.\(verb)", now: now)
            }
            let reading = read(reader)
            // One that has read other bodies before: nothing of these is left over.
            if number % 7 == 0 { #expect(same(reading, read(number % 2 == 0 ? other : EventReader()))) }
            switch reading.content {
            case .refused(let refusal):
                refused += 1
                #expect(sound(refusal) && refusal.index == nil)
            case .elements(let elements):
                #expect(!elements.isEmpty)
                for case .refused(let refusal, let bytes) in elements {
                    refused += 1
                    #expect(sound(refusal) && refusal.index != nil && contains(body, bytes))
                }
                for event in reading.events {
                    accepted += 1
                    #expect(holds(event, verb: verb))
                    var record = Record()
                    record.merge([event])
                    #expect(record.revision == 0)
                }
                for case .adjusted(_, let refusal) in elements {
                    adjusted += 1
                    #expect(sound(refusal))
                }
            }
        }
        // Both kinds were tried in earnest.
        #expect(
            accepted > 6000 && adjusted > 100 && refused > 20_000,
            "\(accepted) accepted, \(adjusted) of them adjusted, \(refused) refused, seed \(Self.seed)")
    }

    private func sound(_ refusal: Refusal) -> Bool {
        !refusal.field.isEmpty && !refusal.message.isEmpty && refusal.message.utf8.count < 250
            && refusal.field.utf8.count < 500
    }

    /// Whether an event is such as the limits promise to all who come after the reader.
    private func holds(_ event: RecordEvent, verb: Verb) -> Bool {
        let limits = Limits.standard
        func fits(_ text: String, _ most: Int, least: Int = 0) -> Bool { (least...most).contains(text.utf8.count) }
        let names = event.fields.compactMap(\.field.attributeName)
        return event.verb == verb && fits(event.recordID.text, limits.recordIDBytes, least: 1)
            && event.stamp.sequence.map { fits($0.text, limits.sequenceBytes, least: 1) } ?? true
            && event.stamp.time <= now.adding(seconds: limits.secondsAhead)
            && names.count <= limits.attributes && Set(event.fields.map(\.field)).count == event.fields.count
            && names.allSatisfy { fits($0.text, limits.attributeNameBytes, least: 1) }
            && event.fields.allSatisfy { saying in
                switch saying.value {
                case .text(let text): fits(text, limits.textBytes)
                case .list(let entries):
                    entries.count <= limits.listEntries && entries.allSatisfy { fits($0, limits.textBytes) }
                case .number(let number): number.isFinite
                case .flag, nil: true
                }
            }
    }

    private func same(_ a: ParsedMessage, _ b: ParsedMessage) -> Bool {
        switch (a.content, b.content) {
        case (.refused(let a), .refused(let b)): a == b
        case (.elements(let a), .elements(let b)):
            a.elementsEqual(b) { a, b in
                switch (a, b) {
                case (.event(let a), .event(let b)): a == b
                case (.adjusted(let a, let x), .adjusted(let b, let y)): a == b && x == y
                case (.refused(let a, let x), .refused(let b, let y)): a == b && x == y
                default: false
                }
            }
        default: false
        }
    }

    private func contains(_ body: [UInt8], _ part: [UInt8]) -> Bool {
        guard let first = part.first, part.count <= body.count else { return false }
        return (0...(body.count - part.count)).contains { body[$0] == first && body[$0...].starts(with: part) }
    }
}
