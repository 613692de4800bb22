import LeadModel
import TestKit
import Testing

@testable import Contract

@Suite("Compressed bodies")
struct ContentEncodingTests {
    private func read(_ body: [UInt8], _ encoding: String?) -> ParsedMessage {
        EventReader().read(
            EventMessage(body: body, contentType: MediaType.event, contentEncoding: encoding),
            routingKey: "acme.lead.created", now: now)
    }

    private let plain = Array(event().utf8)

    @Test("gzip and deflate, with and without zlib's header, are read as what they contain")
    func read() {
        for (encoding, body) in [
            ("gzip", Compression.gzip(plain)), ("x-gzip", Compression.gzip(plain)), ("GZip", Compression.gzip(plain)),
            ("deflate", Compression.zlib(plain)), ("deflate", Compression.deflate(plain)), ("identity", plain),
            ("UTF-8", plain), ("", plain),
        ] {
            #expect(read(body, encoding).events.map(\.recordID) == ["L1"], "\(encoding)")
        }
        #expect(read(plain, nil).events.count == 1)
    }

    @Test("what is not what its encoding says is refused, and so is an encoding that is not read")
    func bad() {
        let packed = Compression.gzip(plain)
        let bodies = [plain, [], packed.dropLast(), packed + [0], packed + packed, Compression.zlib(plain)].map(
            Array.init)
        for body in bodies { #expect(read(body, "gzip").refused == "bad-content-encoding body") }
        // A byte of the checksum, and of the size, which tells how much memory it will take.
        for place in [packed.count - 8, packed.count - 1] {
            var wrong = packed
            wrong[place] ^= 1
            #expect(read(wrong, "gzip").refused == "bad-content-encoding body")
        }
        for encoding in ["br", "zstd", "gzip, gzip", "aes128cbc"] {
            #expect(read(packed, encoding).refused == "unsupported-content-encoding content encoding")
        }
        #expect(read(Compression.gzip(Array("{".utf8)), "gzip").refused == "not-json body")
        #expect(read(packed, nil).refused?.hasPrefix("not-json") == true)
    }

    @Test("a body is taken at its limit once it is decompressed, and a bomb is refused before it fills the memory")
    func bounded() {
        func padded(_ size: Int) -> [UInt8] { plain + [UInt8](repeating: 32, count: size - plain.count) }
        for encoding in [Compression.gzip, .zlib, .deflate] {
            let name = encoding == .gzip ? "gzip" : "deflate"
            #expect(read(encoding(padded(1 << 20)), name).refused == nil)
            #expect(read(encoding(padded(1 << 20 + 1)), name).refused == "too-large body")
        }
        let bomb = Compression.gzip([UInt8](repeating: 32, count: 300 << 20))
        #expect(bomb.count < 1 << 20)
        #expect(read(bomb, "gzip").refused == "too-large body")
    }

    @Test("how large a body can become is known before it is decompressed")
    func estimated() {
        func most(_ body: [UInt8], _ encoding: String?) -> Int {
            EventMessage(body: body, contentEncoding: encoding).mostBytes
        }
        let long = Array(String(repeating: "long ", count: 20_000).utf8)
        #expect(most(Compression.gzip(long), "gzip") == long.count)
        #expect(most(Compression.deflate(long), "deflate") >= long.count)
        #expect(most([UInt8](repeating: 0, count: 2000), "deflate") == 1 << 20)
        #expect(most(plain, nil) == plain.count && most(plain, "utf-8") == plain.count && most([], "gzip") == 0)
    }
}
