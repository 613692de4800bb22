import Testing

@testable import Rabbit

@Suite("Headers that anybody may have written")
struct HeadersTests {
    private func entry(_ name: [UInt8], _ value: [UInt8]) -> [UInt8] { [UInt8(name.count)] + name + value }
    private func long(_ type: Character, _ bytes: [UInt8]) -> [UInt8] {
        [type.asciiValue!] + withUnsafeBytes(of: UInt32(bytes.count).bigEndian, Array.init) + bytes
    }
    private func nested(_ levels: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for level in 0..<levels { bytes = long(level % 2 == 0 ? "A" : "F", level % 2 == 0 ? bytes : entry([], bytes)) }
        return entry(Array("deep".utf8), bytes.isEmpty ? [UInt8(ascii: "V")] : bytes)
    }

    @Test("one that is asked for is read whatever stands before it; what is too deep or malformed reads as nil")
    func lookup() {
        let count = entry(Array("x-delivery-count".utf8), [UInt8(ascii: "l"), 0, 0, 0, 0, 0, 0, 0, 3])
        let headers = Headers(received: (nested(1000) + entry([0xFF, 0xFE], long("S", [0xFF])) + count)[...])
        #expect(headers["x-delivery-count"] == .integer(3))
        #expect(headers["deep"] == nil && headers["none"] == nil)
        #expect(Headers(received: (count + [9, 1])[...])["x"] == nil)
        #expect(Headers(received: (nested(3) + count)[...])["deep"] == .list([.table(["": .list([])])]))
    }

    @Test("they go on as the bytes they came as, without those that are removed; what is set replaces them")
    func removal() {
        let wide = entry([UInt8](repeating: 0xFF, count: 200), [UInt8(ascii: "t"), 7])
        let own = entry(Array("leadline-reason".utf8), long("S", Array("forged".utf8)))
        var headers = Headers(received: (own + wide + own)[...])
        headers.removeReceived { $0.starts(with: "leadline-".utf8) }
        #expect(Array(headers.received) == wide)
        headers = Headers(received: (own + wide)[...])
        headers["leadline-reason"] = "ours"
        #expect(headers["leadline-reason"] == "ours" && Array(headers.received) == wide)
    }

    @Test("they can go on up to 32 levels and 64 KiB", arguments: [1, 31, 32, 33, 20_000])
    func limits(levels: Int) {
        // The header table itself is the first level.
        #expect(Headers(received: nested(levels)[...]).canGoOn == (levels < 32))
        let long = entry([1], long("S", [UInt8](repeating: 0, count: levels * 10)))
        #expect(Headers(received: long[...]).canGoOn == (levels < 20_000))
    }

    @Test("bytes that are no table are never read beyond their end")
    func garbage() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<64)
            let types = Array("tbBsuIilLfdDTSxVFA".utf8)
            let bytes = (0..<count).map { _ in
                Bool.random() ? UInt8.random(in: 0..<8) : types.randomElement(using: &generator)!
            }
            var headers = Headers(received: bytes[...])
            _ = (headers["a"], headers.readable, headers.canGoOn)
            headers.removeReceived { $0.isEmpty }
            #expect(headers.received.count <= bytes.count)
        }
    }
}
