import Foundation
import LeadModel
import Testing

@testable import Contract

@Suite("Writing JSON")
struct JSONWriterTests {
    private func decoded(_ write: (inout JSONWriter) -> Void) throws -> Any {
        var json = JSONWriter()
        write(&json)
        return try JSONSerialization.jsonObject(with: Data(json.bytes), options: .fragmentsAllowed)
    }

    @Test("quotes, backslashes, control characters and all of Unicode come back as they were")
    func escaping() throws {
        let controls = String(String.UnicodeScalarView((0..<0x20).compactMap(Unicode.Scalar.init)))
        for text in ["", "plain", "a \"b\" \\ c", controls, "\u{7F}\u{2028}é🙂\u{10FFFF}", "end\\"] {
            #expect(try decoded { $0.string(text) } as? String == text)
            #expect(read(event(data: "{\"name\":\(json(text))}")).events.first?[.name] == .text(text))
        }
        #expect(json("\u{1}\n\"") == #""\u0001\n\"""#)
    }

    private func json(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test("numbers are as short as they can be and read back as the same number")
    func numbers() throws {
        func text(_ number: Double) -> String {
            var json = JSONWriter()
            json.number(number)
            return String(decoding: json.bytes, as: UTF8.self)
        }
        #expect(text(0.1) == "0.1" && text(73) == "73" && text(-2) == "-2" && text(0) == "0")
        #expect(text(.nan) == "null" && text(.infinity) == "null")
        var random = SeededGenerator(state: 7)
        let edges = [
            .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1e21, 1e-7, 0.1 + 0.2, -0.0,
        ]
        for number in edges + (0..<2000).map({ _ in Double(bitPattern: random.next()) }) where number.isFinite {
            #expect(Double(text(number)) == number)
            #expect(read(event(data: #"{"attributes":{"a":\#(text(number))}}"#)).events.first?["a"] == .number(number))
        }
    }

    @Test("integers of every size are written")
    func integers() throws {
        var json = JSONWriter()
        json.integer(Int64.min)
        json.literal(" ")
        json.integer(UInt64.max)
        json.literal(" ")
        json.integer(0)
        #expect(String(decoding: json.bytes, as: UTF8.self) == "\(Int64.min) \(UInt64.max) 0")
    }

    @Test("a moment is written as its text")
    func moments() {
        for microseconds in [0, -1, 1_795_255_200_123_456, 1_795_255_200_120_000, -62_000_000_000_000_000] as [Int64] {
            let moment = Moment(microseconds: microseconds)
            var json = JSONWriter()
            json.moment(moment)
            #expect(String(decoding: json.bytes, as: UTF8.self) == "\"\(moment.text)\"")
        }
    }
}

extension RecordEvent {
    fileprivate subscript(attribute: AttributeName) -> Value?? { self[.attribute(attribute)] }
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
