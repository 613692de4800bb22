import Foundation
import Synchronization
import TestKit
import Testing

@testable import Embedded

@Suite("The supervisor of private servers", .serialized)
struct SupervisorTests {
    @Test("the delay before a restart doubles from 0.2 s to 5 s and begins again after 30 s of uptime")
    func restartDelay() {
        var delay = RestartDelay()
        let waits = (1...7).map { _ in delay.next(afterUptime: .seconds(1)) }
        #expect(waits == [200, 400, 800, 1600, 3200, 5000, 5000].map { .milliseconds($0) })
        #expect(delay.next(afterUptime: .seconds(30)) == .milliseconds(200))
        #expect(delay.next(afterUptime: .seconds(29)) == .milliseconds(400))
    }

    @Test("a server that died is restarted, and all end when the supervisor stops")
    func supervises() throws {
        let events = Box<[String]>([])
        let servers = try ["one", "two"].map { EmbeddedRedis(folder: try TestFolder.make("supervised-" + $0)) }
        let supervisor = Supervisor(servers) { event in
            switch event {
            case .started(let name): events.change { $0.append("started \(name)") }
            case .died(let name, let status): events.change { $0.append("died \(name) \(status)") }
            case .failed(let name, let error): events.change { $0.append("failed \(name) \(error)") }
            }
        }
        try supervisor.start()
        let processes = try servers.map { try #require($0.processID) }
        servers[1].kill()
        #expect(eventually(within: .seconds(10)) { servers[1].processID != nil && events.value.count == 4 })
        let again = try #require(servers[1].processID)
        #expect(again != processes[1])
        #expect(servers[0].processID == processes[0])
        #expect(events.value == ["started Redis", "started Redis", "died Redis signal 9", "started Redis"])
        supervisor.stop()
        #expect(servers.allSatisfy { $0.processID == nil })
        #expect([processes[0], processes[1], again].allSatisfy { kill($0, 0) == -1 })
    }
}

private final class Box<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }
    var value: Value { mutex.withLock { $0 } }
    func change(_ change: (inout Value) -> Void) { mutex.withLock { change(&$0) } }
}
