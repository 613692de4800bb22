import Foundation
import TestKit

/// Properties and headers that an attacker may publish, each odd in one way. Some of them the broker itself refuses.
struct HostileProperties {
    /// With its name, for a failed expectation.
    typealias Kind = (name: String, properties: RawProperties)

    static let all: [Kind] = {
        var made = HostileProperties()
        made.addTypes()
        made.addNumbers()
        made.addNames()
        made.addProperties()
        made.addWhatTheBrokerSays()
        made.addWhatLeadlineSays()
        return made.kinds
    }()

    /// All with LEADLINE_TEST_WHOLE=1, otherwise a hundred at random.
    static func some() -> [Kind] {
        let environment = ProcessInfo.processInfo.environment
        if environment["LEADLINE_TEST_WHOLE"] == "1" { return all }
        let seed = environment["LEADLINE_TEST_SEED"].flatMap(UInt64.init) ?? .random(in: 0...9999)
        print("hostile properties: LEADLINE_TEST_SEED=\(seed)")
        var generator = SeededGenerator(seed: seed)
        return Array(all.shuffled(using: &generator).prefix(100))
    }

    private var kinds: [Kind] = []

    private mutating func add(_ name: String, _ headers: RawTable) {
        kinds.append((name, RawProperties(headers: headers)))
    }

    private mutating func add(_ name: String, _ property: RawProperties.Name, encoded bytes: [UInt8]) {
        var properties = RawProperties()
        properties[encoded: property] = bytes
        kinds.append((name, properties))
    }

    private func letter(_ field: RawField) -> String { String(UnicodeScalar(field.bytes[0])) }

    /// Each type, by itself and in a list and a table; and in each other.
    private mutating func addTypes() {
        for field in RawField.ofEachType {
            add("a field of type \(letter(field))", ["k": field])
            add("a list of type \(letter(field))", ["k": .list([field, field])])
            add("a table of type \(letter(field))", ["k": .table(["n": field])])
        }
        for nesting in RawTable.Nesting.allCases {
            for levels in [1, 10, 100, 1000] { add("\(levels) levels of \(nesting)", .nested(levels, nesting)) }
        }
    }

    private mutating func addNumbers() {
        let numbers: [Double] = [.nan, .signalingNaN, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude]
        for number in numbers {
            add("double \(number)", ["k": .double(number)])
            add("float \(number)", ["k": .float(Float(number))])
        }
        let times: [UInt64] = [0, 1, 253_402_300_800, UInt64(Int64.max), .max]
        for seconds in times {
            add("time \(seconds)", ["k": .list([.time(seconds: seconds)])])
            add(
                "timestamp \(seconds)", .timestamp, encoded: Array(RawField.time(seconds: seconds).bytes.dropFirst()))
        }
        for decimals: UInt8 in [0, 1, 255] {
            add("decimal 0 \(decimals)", ["k": .decimal(0, decimals: decimals)])
            add("decimal max \(decimals)", ["k": .decimal(.max, decimals: decimals)])
        }
    }

    /// Of each class of UTF-8, and of none, at their longest.
    static let texts: [(name: String, bytes: [UInt8])] = [
        ("ASCII", Array(repeating: 0x7a, count: 255)), ("ASCII, one less", Array(repeating: 0x7a, count: 254)),
        ("2 bytes", Array(String(repeating: "é", count: 127).utf8)),
        ("3 bytes", Array(String(repeating: "€", count: 85).utf8)),
        ("4 bytes", Array(String(repeating: "😀", count: 63).utf8)),
        ("0xFF", Array(repeating: 0xff, count: 255)), ("continuations", Array(repeating: 0x80, count: 255)),
        ("overlong", Array([[UInt8]](repeating: [0xc0, 0x80], count: 127).joined())),
        ("surrogates", Array([[UInt8]](repeating: [0xed, 0xa0, 0x80], count: 85).joined())),
        ("cut short", Array(repeating: 0x61, count: 251) + [0xf0, 0x9f, 0x98]),
        ("zeros", Array(repeating: 0, count: 255)), ("a line", Array("a\r\nERROR b\u{1b}[31m".utf8)), ("empty", []),
    ]

    private mutating func addNames() {
        for (name, bytes) in Self.texts {
            add("name \(name)", RawTable([(bytes, .int64(1))]))
            add("name within \(name)", ["k": .table(RawTable([(bytes, .int64(1))]))])
            add("name twice \(name)", RawTable([(bytes, .int64(1)), (bytes, .text("2"))]))
            add("text \(name)", ["k": .text(bytes)])
        }
        add("2,000 names", RawTable((0..<2000).map { (Array("n\($0)".utf8), .int64(1)) }))
        add("2,000 times a name", RawTable((0..<2000).map { (Array("n".utf8), .int64(Int64($0))) }))
        add("a long text", ["k": .text([UInt8](repeating: 0xff, count: 60_000))])
        add("no header", [:])
    }

    private mutating func addProperties() {
        for property in RawProperties.Name.texts {
            for (name, bytes) in Self.texts { kinds.append(("\(property) \(name)", RawProperties(property, bytes))) }
        }
        for value: UInt8 in [0, 1, 3, 255] {
            add("delivery mode \(value)", .deliveryMode, encoded: [value])
            add("priority \(value)", .priority, encoded: [value])
        }
        kinds.append(("no content type", RawProperties(contentType: nil)))
    }

    /// What only the broker may say: a count of deliveries, and where a message died before.
    private mutating func addWhatTheBrokerSays() {
        for field in RawField.ofEachType + [.int64(2), .int32(3), .uint8(200), .int64(.max)] {
            add("x-delivery-count of type \(letter(field))", ["x-delivery-count": field])
            add("x-death of type \(letter(field))", ["x-death": field])
            add("x-death, a list of type \(letter(field))", ["x-death": .list([field])])
            let death: RawTable = [
                "reason": field, "queue": field, "time": field, "count": field, "exchange": field,
                "routing-keys": field,
            ]
            add("x-death, odd \(letter(field))", ["x-death": .list([.table(death)])])
        }
        let death: RawTable = [
            "reason": .text("delivery_limit"), "queue": .text("leadline.created"), "count": .int64(200),
            "time": .time(seconds: 1_795_255_200), "exchange": .text("leadline.records"),
            "routing-keys": .list([.text("acme.lead.created")]),
        ]
        add("x-death that looks true", ["x-death": .list([.table(death)])])
        add("x-first-death", ["x-first-death-reason": .text("expired"), "x-first-death-queue": .void])
        add("CC of another type", ["CC": .text("nowhere.lead.created")])
        add("CC", ["CC": .list([.text("nowhere")])])
        add("BCC", ["BCC": .list([.text([0xff])])])
    }

    static let ourNames = [
        "leadline-reason", "leadline-field", "leadline-message", "leadline-index", "leadline-origin",
        "leadline-rejected-at", "leadline-again", "leadline-headers-dropped", "leadline-unheard-of",
    ]

    /// Names that a rejected message has because Leadline or the broker set them again.
    static let setAgain = Set(
        ourNames.prefix(3) + ["leadline-origin", "leadline-rejected-at", "x-delivery-count"])

    /// What only Leadline may say.
    private mutating func addWhatLeadlineSays() {
        for name in Self.ourNames {
            add("\(name), a text", [name: .text("globex.lead.created")])
            add("\(name), true", [name: .flag(true)])
            add("\(name), a number", [name: .int64(.max)])
            add("\(name), a list", [name: .list([.void])])
            add("\(name), no UTF-8", [name: .text([0xff, 0xfe])])
            add("\(name), twice", RawTable([(Array(name.utf8), .text("a")), (Array(name.utf8), .int64(1))]))
        }
    }
}
