import Logging
import Testing

@testable import Fleet

@Suite("Who is known to be stuck")
struct StuckConsumersTests {
    private let stuck = StuckConsumers(log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    private func admits(_ key: String) -> Bool { stuck.admits("acme", routingKey: key) }
    private func confirm(_ key: String) { stuck.noteConfirmed("acme", routingKey: key, sent: .now) }

    @Test("results of a receiver that misses a confirm wait, and nobody else's")
    func waits() {
        #expect(admits("acme.a"))
        stuck.noteMissing("acme", routingKey: "acme.a", sent: .now)
        #expect(!admits("acme.a") && !admits("acme.b") && stuck.admits("globex", routingKey: "globex.a"))
    }

    @Test(
        "a confirm opens its own routing key, and lets one result of another be tried; the last missing one opens all")
    func opens() {
        stuck.noteMissing("acme", routingKey: "acme.a", sent: .now)
        stuck.noteConfirmed("acme", routingKey: "acme.b", sent: .now - .seconds(60))
        #expect(!admits("acme.b"), "it was sent before the other was missing")
        confirm("acme.b")
        #expect(admits("acme.b") && admits("acme.b"))
        #expect(admits("acme.a") && !admits("acme.a"), "one is tried")
        confirm("acme.a")
        #expect(stuck.isEmpty && admits("acme.a"))
    }

    @Test("a routing key that was confirmed and misses a confirm again waits again")
    func again() {
        stuck.noteMissing("acme", routingKey: "acme.a", sent: .now)
        confirm("acme.b")
        stuck.noteMissing("acme", routingKey: "acme.b", sent: .now)
        #expect(!admits("acme.a") && !admits("acme.b"))
        confirm("acme.b")
        #expect(!stuck.isEmpty, "the other still misses its confirm")
    }
}
