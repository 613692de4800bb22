import Testing

@testable import Rabbit

@Suite("The assembly of a message")
struct ContentAssemblyTests {
    private let envelope = ContentAssembly.Envelope.returned(code: 312, text: "", exchange: "", routingKey: "k")

    private func feed(_ assembly: inout ContentAssembly, _ bytes: [UInt8]) -> [UInt8]? {
        bytes.withUnsafeBytes { assembly.fragment($0)?.body }
    }

    @Test("a body in several frames is whole with the last one")
    func fragments() {
        var assembly = ContentAssembly()
        assembly.begin(envelope)
        #expect(assembly.header(Properties(), size: 5)?.body == nil)
        #expect(feed(&assembly, [1, 2]) == nil)
        #expect(feed(&assembly, []) == nil)
        #expect(feed(&assembly, [3, 4, 5]) == [1, 2, 3, 4, 5])
    }

    @Test("a message without a body is whole with its header")
    func empty() {
        var assembly = ContentAssembly()
        assembly.begin(envelope)
        #expect(assembly.header(Properties(messageID: "m"), size: 0)?.properties.messageID == "m")
        assembly.begin(envelope)
        #expect(assembly.header(Properties(), size: 1)?.body == nil)
        #expect(feed(&assembly, [9]) == [9])
    }

    @Test("frames out of turn, and more bytes than announced, are not taken for a message")
    func outOfTurn() {
        var assembly = ContentAssembly()
        #expect(assembly.header(Properties(), size: 0)?.body == nil)
        #expect(feed(&assembly, [1]) == nil)
        assembly.begin(envelope)
        #expect(feed(&assembly, [1]) == nil)
        #expect(assembly.header(Properties(), size: 1)?.body == nil)
        #expect(feed(&assembly, [1, 2]) == nil)
        #expect(feed(&assembly, [3]) == [3])
    }

    @Test("an announced size that no memory could hold is not set aside beforehand")
    func hugeClaim() {
        var assembly = ContentAssembly()
        assembly.begin(envelope)
        #expect(assembly.header(Properties(), size: .max)?.body == nil)
        #expect(feed(&assembly, [1]) == nil)
    }
}
