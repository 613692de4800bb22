import TestKit
import Testing

@testable import Redis

@Suite("A Redis subscription", .timeLimit(.minutes(2)))
struct RedisSubscriptionTests {
    let address: RedisAddress

    init() throws { address = try RedisAddress(TestServers.redisURL) }

    @Test("it receives what is published after it began, in order, and nil when nothing more came")
    func subscription() throws {
        let (one, two) = (TestServers.uniqueName("channel"), TestServers.uniqueName("channel"))
        let subscription = try RedisSubscription(address, channels: [one, two])
        let redis = try RedisConnection(address)
        #expect(try subscription.message(timeout: .milliseconds(100)) == nil)
        var pipeline = Pipeline()
        pipeline.add("PUBLISH", one, "1")
        pipeline.add("PUBLISH", two, "2")
        #expect(try redis.run(pipeline) == [.integer(1), .integer(1)])
        #expect(try subscription.message(timeout: .seconds(5)) == .init(channel: one, payload: Array("1".utf8)))
        #expect(try subscription.message(timeout: .seconds(5)) == .init(channel: two, payload: Array("2".utf8)))
        #expect(try subscription.message(timeout: .zero) == nil)
    }

    @Test("a subscription whose connection is cut throws that it is lost")
    func cutSubscription() throws {
        // A Redis of its own, so that no other test's subscription is cut.
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let address = try RedisAddress(servers.redis.url)
        let subscription = try RedisSubscription(address, channels: ["channel"])
        try RedisConnection(address).call("CLIENT", "KILL", "TYPE", "pubsub")
        let error = try #require(throws: RedisError.self) { try subscription.message(timeout: .seconds(5)) }
        guard case .lost = error else { throw error }
    }
}
