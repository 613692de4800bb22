import Ledger
import Rabbit
import Redis
import TestKit
import Testing
import Views

@Suite("Checking the servers", .onOwnThreads)
struct ServersCheckTests {
    @Test("a server that can't be reached is a finding, and the check goes on to the next")
    func unreachable() async throws {
        let options = LedgerOptions(
            broker: try RabbitAddress("amqp://127.0.0.1:1"), redis: try RedisAddress("redis://127.0.0.1:2"),
            path: "/nowhere/ledger.sqlite")
        let check = await ServersCheck(options)
        let failed = check.findings.compactMap { finding -> ServersCheck.Subject? in
            if case .failed(let subject, _) = finding { subject } else { nil }
        }
        #expect(failed == [.redis, .broker] && check.findings.count == 2)
        #expect(check.waiting == nil && check.declared.isEmpty)
    }
}
