import Testing

@testable import Rabbit

@Suite("The assembly of a message")
struct ContentAssemblyTests {
    private let envelope = ContentAssembly.Envelope.returned(code: 312, text: "", exchange: "", routingKey: "k")

    private func feed(_ assembly: inout ContentAssembly, _ bytes: [UInt8]) -> [UInt8]? {
        bytes.withUnsafeBytes { assembly.fragment($0)?.body }
    }

    @Test("a body in several frames is complete with the last one")
    func fragments() {
        var assembly = ContentAssembly()
        assembly.begin(envelope)
        #expect(assembly.header(Properties(), size: 5)?.body == nil)
        #expect(feed(&assembly, [1, 2]) == nil)
        #expect(feed(&assembly, []) == nil)
        #expect(feed(&assembly, [3, 4, 5]) == [1, 2, 3, 4, 5])
    }

    @Test("a message without a body is complete with its header")
    func empty() {
        var assembly = ContentAssembly()
        assembly.begin(envelope)
        #expect(assembly.header(Properties(messageID: "m"), size: 0)?.properties.messageID == "m")
        assembly.begin(envelope)
        #expect(assembly.header(Properties(), size: 1)?.body == nil)
        #expect(feed(&assembly, [9]) == [9])
    }

    @Test("unexpected frames, and more bytes than announced, make no message")
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

    @Test("no memory is reserved for an impossibly large announced size")
    func hugeClaim() {
        var assembly = ContentAssembly()
        assembly.begin(envelope)
        #expect(assembly.header(Properties(), size: .max)?.body == nil)
        #expect(feed(&assembly, [1]) == nil)
    }
}
