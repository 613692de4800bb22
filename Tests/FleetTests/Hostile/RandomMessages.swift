import Contract
import Foundation
import LeadModel
import TestKit

/// Messages as a hostile publisher of one organization sends them: some of them valid, most of them not.
struct RandomMessages {
    let organization: String
    private var random: SeededGenerator
    private var number = 0

    init(of organization: String, seed: UInt64) {
        self.organization = organization
        random = SeededGenerator(seed: seed)
    }

    mutating func next() -> (body: [UInt8], properties: RawProperties, key: [UInt8]) {
        number += 1
        return (body(), properties(), key())
    }

    // MARK: Bodies

    private mutating func body() -> [UInt8] {
        let kind = random.pick(RecordKind.allCases)
        let verb = random.pick(["created", "updated", "imported", "deleted", "erased"])
        var event = TestEvent(
            verb, "H\(number % 500)",
            data: ["deleted", "erased"].contains(verb) ? nil : ["attributes": ["source": "web", "visits": number % 30]])
        event.kind = kind
        var bytes = event.body(organization)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<5: break
        case 5: bytes = Array("[".utf8) + bytes + Array(",".utf8) + bytes + Array("]".utf8)
        case 6: bytes = []
        case 7: bytes = anyBytes(upTo: 300)
        default:
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = anyByte()
            }
        }
        return bytes
    }

    /// Always the organization's, since the broker allows a publisher no other keys.
    private mutating func key() -> [UInt8] {
        let verb = random.pick(["created", "updated", "imported", "deleted", "erased"])
        let key = Array("\(organization).\(random.pick(RecordKind.allCases).rawValue).\(verb)".utf8)
        return random.chance(0.95) ? key : Array((Array("\(organization).".utf8) + text()).prefix(255))
    }

    // MARK: Properties

    private mutating func properties() -> RawProperties {
        var properties = RawProperties(
            contentType: random.pick([nil, Names.ContentType.event, Names.ContentType.batch, Names.ContentType.json]))
        if random.chance(0.7) { properties[encoded: .headers] = table(depth: 4).bytes }
        if random.chance(0.05) {
            let nesting = random.pick(RawTable.Nesting.allCases)
            let levels = Int.random(in: 1...2000, using: &random)
            properties[encoded: .headers] = RawTable.nested(levels, nesting, name: text()).bytes
        }
        for name in RawProperties.Name.texts where random.chance(0.1) { properties[text: name] = text() }
        // RabbitMQ 3.10's own dead-lettering fails on a forged x-death of a message that expires: see deploy/README.md.
        if random.chance(0.1), !mayHaveForgedDeath(properties) {
            properties[text: .expiration] = Array("\(Int.random(in: 0...9, using: &random))".utf8)
        }
        for name in [RawProperties.Name.deliveryMode, .priority] where random.chance(0.1) {
            properties[encoded: name] = [anyByte()]
        }
        if random.chance(0.1) { properties[encoded: .timestamp] = (0..<8).map { _ in anyByte() } }
        return properties
    }

    private func mayHaveForgedDeath(_ properties: RawProperties) -> Bool {
        Data(properties[encoded: .headers] ?? []).range(of: Data("x-death".utf8)) != nil
    }

    private mutating func table(depth: Int) -> RawTable {
        RawTable((0..<Int.random(in: 0...4, using: &random)).map { _ in (name(), field(depth: depth)) })
    }

    private mutating func field(depth: Int) -> RawField {
        switch Int.random(in: 0..<10, using: &random) {
        case 0 where depth > 0: .table(table(depth: depth - 1))
        case 1 where depth > 0: .list((0..<Int.random(in: 0...4, using: &random)).map { _ in field(depth: depth - 1) })
        case 2: .text(text())
        case 3: .byteArray(anyBytes(upTo: 2000))
        case 4: .double(Double(bitPattern: .random(in: 0 ... .max, using: &random)))
        case 5: .time(seconds: .random(in: 0 ... .max, using: &random))
        case 6: .int64(random.pick([0, 2, 3, 200, .max, .min]))
        default: random.pick(RawField.ofEachType)
        }
    }

    private mutating func name() -> [UInt8] {
        random.chance(0.4)
            ? Array(
                random.pick(HostileProperties.ourNames + ["x-death", "x-delivery-count", "x-first-death-queue"]).utf8)
            : text()
    }

    private mutating func text() -> [UInt8] {
        random.chance(0.5) ? random.pick(HostileProperties.texts).bytes : anyBytes(upTo: 255)
    }

    private mutating func anyByte() -> UInt8 { .random(in: 0...255, using: &random) }

    private mutating func anyBytes(upTo count: Int) -> [UInt8] {
        (0..<Int.random(in: 0...count, using: &random)).map { _ in anyByte() }
    }
}
