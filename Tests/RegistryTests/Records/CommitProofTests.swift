import Redis
import Registry
import TestKit
import Testing

@Suite("The proof that Redis accepts a commit", .onOwnThreads)
struct CommitProofTests {
    @Test("leaves no key, and finds a missing right however often it was made before")
    func proof() throws {
        let address = try RedisAddress(TestServers.redisDatabase())
        let redis = try RedisConnection(address)
        defer { redis.close() }
        for _ in 0..<300 { _ = try RecordStore.prove(redis) }
        #expect(try redis.call("KEYS", "ll:{~proof*").array?.isEmpty == true)
        let user = TestServers.org()
        try redis.call("ACL", "SETUSER", user, "on", ">secret", "~*", "&*", "+@all", "-hset")
        let narrow = try RedisConnection(address.asUser(user))
        defer { narrow.close() }
        for _ in 0..<300 {
            let refusal = #expect(throws: RedisError.self) { try RecordStore.prove(narrow) }
            #expect(refusal?.isOutage == true)
        }
    }
}
