import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

@Suite("Requested sweeps", .onOwnThreads)
struct SweepRequestTests {
    private let org = TestServers.org()

    private func connect() throws -> RedisConnection { try RedisConnection(RedisAddress(TestServers.redisURL)) }

    private func requests() throws -> [SweepRequest] {
        try SweepStore(try connect()).requests(organization: org, entity: .lead).map(\.request)
    }

    private func withRegistry<T>(_ work: (RegistryWriter) throws -> T) throws -> T {
        let registry = RegistryWriter(try connect(), author: "test")
        _ = try registry.create(org)
        return try work(registry)
    }

    @Test("each request gets a higher number than all before it, even at the same moment or after the clock went back")
    func numbers() throws {
        let store = SweepStore(try connect())
        let now = Moment(milliseconds: 1_800_000_000_000)
        func request(_ request: SweepRequest, _ now: Moment) throws -> Int64 {
            try store.request(request, organization: org, entity: .lead, now: now)
        }
        #expect(try request(.run, now) == now.milliseconds)
        #expect(try request(.republish(to: "a queue"), now) == now.milliseconds + 1)
        #expect(try request(.grades, now.adding(seconds: -9)) == now.milliseconds + 2)
        let all = try store.requests(organization: org, entity: .lead)
        #expect(all.map(\.request) == [.run, .republish(to: "a queue"), .grades])
        try store.forget(all, organization: org, entity: .lead)
        #expect(try requests().isEmpty)
        #expect(try request(.unscored, now) == now.milliseconds + 3, "a number is never given again")
        #expect(try store.requests(organization: org, entity: .opportunity).isEmpty)
    }

    @Test("a request after a daily sweep became due gets a higher number than that sweep")
    func afterDue() throws {
        let store = SweepStore(try connect())
        let due: Int64 = 1_800_000_000_000
        #expect(try store.requests(organization: org, entity: .lead, due: due).isEmpty)
        let number = try store.request(.run, organization: org, entity: .lead, now: Moment(milliseconds: due))
        #expect(number == due + 1)
    }

    @Test("a request during a sweep is served by the next one, whichever process requests it")
    func neverForgotten() throws {
        let ground = try SweepGround()
        let lead = ground.partition.organization
        try ground.store("L", flags: 16, more: 1)
        func request(_ request: SweepRequest) throws -> Int64 {
            try ground.other().request(request, organization: lead, entity: .lead, now: Moment(milliseconds: 1000))
        }
        func startAll() throws -> SweepStore.Started {
            let requests = try ground.store.requests(organization: lead, entity: .lead)
            return try ground.store.start(
                ground.start(requests.last?.sweep ?? 0, requests: requests), in: ground.partition)
        }
        _ = try request(.run)
        #expect(try startAll() == .started)
        let lease = try #require(try ground.store.take(ground.partition))
        try ground.fill(lease)
        _ = try request(.republish(to: "q"))
        #expect(try startAll() == .busy)
        _ = try request(.grades)
        let ids = try #require(try ground.store.next(lease, atMost: 10))
        #expect(try startAll() == .busy)
        #expect(try ground.store.settle(lease, ids))
        #expect(try startAll() == .started)
        let second = try #require(try ground.store.take(ground.partition))
        #expect(second.targets == ["q"] && second.filling == .both && !second.scores)
    }

    @Test("the first version ever published requests a sweep; later ones do so only if asked to")
    func published() throws {
        func publish(_ startsSweep: Bool = false) throws {
            try withRegistry { registry in
                let version = try registry.add(
                    Scorecard.byHand().artifact(), as: "m", organization: org, entity: .lead)
                _ = try registry.publish(
                    "m", version: version.version, organization: org, entity: .lead, startsSweep: startsSweep)
            }
        }
        let notifications = try RedisSubscription(RedisAddress(TestServers.redisURL), channels: [Keyspace.sweeps])
        try publish()
        #expect(try requests() == [.run])
        let isNotified = try eventually { try notifications.message(timeout: .zero)?.payload == [UInt8](org.utf8) }
        #expect(isNotified)
        try publish()
        #expect(try requests() == [.run])
        try publish(true)
        #expect(try requests() == [.run, .run])
    }

    @Test("deleting the published model requests that its scores are removed; deleting another model does not")
    func deleted() throws {
        try withRegistry { (registry) throws -> Void in
            for name in ["one", "two"] {
                _ = try registry.add(Scorecard.byHand().artifact(), as: name, organization: org, entity: .lead)
            }
            try registry.publish("two", version: nil, organization: org, entity: .lead)
            try registry.delete("one", organization: org, entity: .lead)
        }
        #expect(try requests() == [.run])
        try withRegistry { try $0.delete("two", organization: org, entity: .lead) }
        #expect(try requests() == [.run, .unscored])
    }
}
