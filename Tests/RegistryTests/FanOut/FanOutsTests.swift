import LeadModel
import Redis
import Registry
import TestKit
import Testing

@Suite("Pending fan-outs", .onOwnThreads)
struct FanOutsTests {
    private let partition = Partition(organization: TestServers.org(), kind: .account, number: 0)
    private let now = Moment(milliseconds: 1_796_000_000_000)

    private var account: RecordStore.Place { .init(partition: partition, id: Exact("A1")) }

    /// Redis with an account that lead L1 references and that changed at a time.
    private func changed(at time: Moment) throws -> FanOuts {
        let redis = try RedisConnection(RedisAddress(TestServers.redisURL))
        let store = RecordStore(redis)
        _ = try store.loadReadable([account], referrers: [(account, .lead, Exact("L1"))])
        var record = Record()
        (record.revision, record.valuesRevision) = (UInt64(time.milliseconds), UInt64(time.milliseconds))
        var change = RecordStore.Change(place: account, expected: 0, record: record, isScored: false, counts: false)
        change.fansOut = true
        #expect(try store.commit([change], now: time) == [.stored])
        return FanOuts(redis)
    }

    @Test("a fan-out is left to the lane that committed the change for ten seconds, then any lane continues it")
    func patience() throws {
        let fanOuts = try changed(at: now)
        #expect(try fanOuts.next(in: partition, now: now) == nil)
        #expect(try fanOuts.next(in: partition, now: now.adding(seconds: 9)) == nil)
        // The lanes' clocks differ a little.
        #expect(try fanOuts.next(in: partition, now: now.adding(seconds: -1)) == nil)
        let page = try #require(try fanOuts.next(in: partition, now: now.adding(seconds: 10)))
        #expect(page.records.map(\.id) == [Exact("L1")] && page.last == nil && !page.isLarge)
        try fanOuts.settle([.init(entity: page.entity, position: page.position, last: page.last, token: nil)])
        #expect(try fanOuts.pending(among: [account]).isEmpty)
    }

    @Test("a fan-out that its lane hands over is continued at once, from the first referrer")
    func handedOver() throws {
        let fanOuts = try changed(at: now)
        let position = FanOuts.Position(revision: UInt64(now.milliseconds))
        try fanOuts.handOver([(account, position)])
        let page = try #require(try fanOuts.next(in: partition, now: now))
        #expect(page.records.map(\.id) == [Exact("L1")])
        // What the former lane settles too late changes nothing.
        try fanOuts.settle([.init(entity: account, position: position, last: nil, token: nil)])
        #expect(try fanOuts.pending(among: [account]) == [account])
        try fanOuts.settle([.init(entity: account, position: page.position, last: nil, token: nil)])
        #expect(try fanOuts.pending(among: [account]).isEmpty)
    }

    @Test("a clock that was set back does not hold a fan-out up")
    func clock() throws {
        let fanOuts = try changed(at: now.adding(seconds: 3600))
        #expect(try fanOuts.next(in: partition, now: now) != nil)
    }
}
