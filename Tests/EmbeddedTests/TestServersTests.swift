import TestKit
import Testing

@Suite("The servers that tests share", .serialized)
struct TestServersTests {
    @Test("no virtual host and no organization name is given to two tests")
    func handedOutOnce() throws {
        let hosts = try (1...5).map { _ in try TestServers.virtualHost() }
        #expect(Set(hosts).count == 5)
        let names = (1...100).map { _ in TestServers.org() }
        #expect(Set(names).count == 100)
        #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z0-9-]{1,40}/) != nil })
    }
}
