import LeadModel
import Testing

@testable import Contract

@Suite("Bodies of any kind")
struct MutationTests {
    @Test("whatever is done to a good body, it gives events or refusals")
    func mutations() throws {
        let seeds = try ["attributes", "batch", "created-full", "updated-patch"].map {
            try ContractFiles.bytes("examples/\($0).json")
        }
        let pieces = [
            #"""#, "\\", "{", "}", "[", "]", ",", ":", "null", "1e999", "-", "\u{0}", "\\u", "\\ud800", #""a":"#,
        ]
        let reader = EventReader()
        var random = SeededGenerator(state: 20_261_121)
        var (accepted, refused) = (0, 0)
        for _ in 0..<4000 {
            var body = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let at = Int.random(in: 0..<max(1, body.count), using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: body[at] = UInt8.random(in: 0...255, using: &random)
                case 1: body.remove(at: at)
                case 2: body.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: at)
                case 3: body.removeSubrange(at..<min(body.count, at + 20))
                case 4: body.insert(contentsOf: body[at..<min(body.count, at + 40)], at: at)
                default: body[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
                if body.isEmpty { body = [0x5B] }
            }
            let verb = ["created", "updated"].randomElement(using: &random) ?? "created"
            let reading = reader.read(body: body, contentType: nil, routingKey: "acme.lead.\(verb)", now: now)
            switch reading.content {
            case .refused(let refusal):
                refused += 1
                #expect(!refusal.field.isEmpty && !refusal.message.isEmpty)
            case .elements(let elements):
                #expect(!elements.isEmpty)
                for case .refused(let refusal, let bytes) in elements {
                    refused += 1
                    #expect(!refusal.message.isEmpty && !bytes.isEmpty && contains(body, bytes))
                }
                for case .event(let event) in elements {
                    accepted += 1
                    var record = Record()
                    record.merge([event])
                    #expect(record.revision == 0 && !event.recordID.text.isEmpty)
                }
            }
        }
        // Both kinds were tried in earnest.
        #expect(accepted > 500 && refused > 1000)
    }

    private func contains(_ body: [UInt8], _ part: [UInt8]) -> Bool {
        (0...max(0, body.count - part.count)).contains { body[$0...].starts(with: part) }
    }
}
