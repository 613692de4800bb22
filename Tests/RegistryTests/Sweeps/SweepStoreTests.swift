import LeadModel
import Redis
import Registry
import TestKit
import Testing

/// One partition, whose sweep several processes work on, each with its own connection.
struct SweepGround {
    let partition: Partition
    let redis: RedisConnection
    let store: SweepStore

    init(kind: RecordKind = .lead) throws {
        partition = Partition(organization: TestServers.org(), kind: kind, number: 0)
        redis = try RedisConnection(RedisAddress(TestServers.redisURL))
        store = SweepStore(redis)
    }

    /// Another process's access.
    func other() throws -> SweepStore { SweepStore(try RedisConnection(RedisAddress(TestServers.redisURL))) }

    var state: SweepState { get throws { try store.states(of: [partition])[0] } }

    func makeDirty(_ ids: [String]) throws { for id in ids { try redis.call("SADD", partition.dirty, id) } }

    /// Stores a blob of which only format and flags are valid.
    func store(_ id: String, format: UInt8 = 2, flags: UInt8 = 0, more: UInt8 = 0) throws {
        let blob = [format] + [UInt8](repeating: 7, count: 8) + [flags, more] + [UInt8](repeating: 65, count: 80)
        try redis.call("HSET", partition.records, id, blob)
    }

    func start(
        _ sweep: Int64, epoch: Int64 = 1, signature: String? = "1 m 730", usesTime: Bool = false,
        requests: [NumberedSweepRequest]? = nil
    ) -> SweepStore.Start {
        .init(
            sweep: sweep, epoch: epoch, signature: signature, usesTime: usesTime,
            requests: requests ?? [.init(sweep: sweep, request: .run)])
    }

    /// Starts a sweep, which must succeed.
    func begin(_ start: SweepStore.Start) throws {
        #expect(try store.start(start, in: partition) == .started)
    }

    /// Works off a sweep.
    ///
    /// - Returns: the ids that were in it.
    @discardableResult
    func workOff() throws -> Set<String> {
        guard let lease = try store.take(partition) else { return [] }
        if lease.filling != nil { try fill(lease) }
        var done: Set<String> = []
        while let ids = try store.next(lease, atMost: 100), !ids.isEmpty {
            done.formUnion(ids.map(\.text))
            #expect(try store.settle(lease, ids))
        }
        if lease.isExpiring { #expect(try store.endExpiry(lease)) }
        try store.release(lease)
        return done
    }

    func fill(_ lease: SweepStore.Lease) throws {
        var step = try store.fill(lease)
        while case .more(let cursor) = step { step = try store.fill(lease, from: cursor) }
        #expect(step == .done)
    }

    /// Makes the holder's lease lapse.
    func lapse() throws { try redis.call("HSET", partition.sweep, "lease", 0) }
}

@Suite("A partition's sweep", .onOwnThreads)
struct SweepStoreTests {
    @Test("two processes that find the same sweep due start it once, with all pending records")
    func startedOnce() throws {
        let ground = try SweepGround()
        try ground.begin(ground.start(50))
        try ground.workOff()
        try ground.makeDirty(["A", "B"])
        try ground.begin(ground.start(100))
        try ground.makeDirty(["C"])
        #expect(try ground.other().start(ground.start(100), in: ground.partition) == .alreadyStarted)
        #expect(try ground.workOff() == ["A", "B"])
        #expect(try ground.other().start(ground.start(100), in: ground.partition) == .alreadyStarted)
        #expect(try ground.other().start(ground.start(99), in: ground.partition) == .alreadyStarted)
        #expect(try ground.state.dirty == 1 && !ground.state.hasWork)
    }

    @Test(
        "a newer sweep starts only when the older one has no record left: in the work set, in flight or still to be added"
    )
    func busy() throws {
        let ground = try SweepGround()
        func next() throws -> SweepStore.Started { try ground.store.start(ground.start(200), in: ground.partition) }
        try ground.store("A", more: 1)
        try ground.begin(ground.start(100))
        #expect(try ground.state.filling == .open)
        #expect(try next() == .busy, "it is still to be filled")
        let lease = try #require(try ground.store.take(ground.partition))
        try ground.fill(lease)
        #expect(try next() == .busy, "it has work")
        #expect(try ground.store.next(lease, atMost: 10) == ["A"])
        #expect(try next() == .busy, "it has a record in hand")
        #expect(try ground.store.settle(lease, ["A"]))
        #expect(try next() == .started)
        #expect(try ground.store.renew(lease) == false, "the start fences off who held the older one")
    }

    @Test("a start with an older registry than the partition's last sweep is refused")
    func oldRegistry() throws {
        let ground = try SweepGround()
        try ground.begin(ground.start(100, epoch: 7))
        try ground.workOff()
        #expect(try ground.other().start(ground.start(200, epoch: 6), in: ground.partition) == .oldRegistry)
        #expect(try ground.state.started == 100)
        #expect(try ground.other().start(ground.start(200, epoch: 7), in: ground.partition) == .started)
    }

    @Test("a leased partition is not taken; once its lease lapses it is, with the records in flight")
    func taken() throws {
        let ground = try SweepGround()
        try ground.begin(ground.start(50))
        try ground.workOff()
        try ground.makeDirty(["A", "B", "C"])
        try ground.begin(ground.start(100))
        let first = try #require(try ground.store.take(ground.partition))
        #expect(first.sweep == 100 && first.scores && first.filling == nil && first.abandoned.isEmpty)
        let inHand = try #require(try ground.store.next(first, atMost: 2))
        #expect(try ground.other().take(ground.partition) == nil)
        #expect(try ground.state.isHeld)
        try ground.lapse()
        #expect(try ground.store.renew(first), "nobody took it meanwhile")
        #expect(try ground.other().take(ground.partition) == nil)
        try ground.lapse()
        let second = try #require(try ground.other().take(ground.partition))
        #expect(second.token > first.token && Set(second.abandoned) == Set(inHand))
        try ground.store.release(second)
        #expect(try ground.store.take(ground.partition) != nil)
    }

    @Test("the steps of a former holder change nothing")
    func fenced() throws {
        let ground = try SweepGround()
        for id in ["A", "B", "C"] { try ground.store(id, more: 1) }
        try ground.begin(ground.start(100))
        let former = try #require(try ground.store.take(ground.partition))
        try ground.fill(former)
        let inHand = try #require(try ground.store.next(former, atMost: 1))
        try ground.lapse()
        let holder = try #require(try ground.other().take(ground.partition))
        func everything() throws -> [Reply] {
            try [ground.partition.work, ground.partition.inFlight].map { try ground.redis.call("SMEMBERS", $0) }
                + [try ground.redis.call("HGETALL", ground.partition.sweep)]
        }
        let before = try everything()
        #expect(try ground.store.renew(former) == false)
        #expect(try ground.store.fill(former) == .fenced)
        #expect(try ground.store.next(former, atMost: 10) == nil)
        #expect(try ground.store.settle(former, inHand) == false)
        #expect(try ground.store.endExpiry(former) == false)
        try ground.store.release(former)
        #expect(try everything() == before)
        #expect(try ground.store.settle(holder, inHand))
    }

    @Test("a full sweep that was partly filled is filled from the beginning, and gets every open record")
    func filledAnew() throws {
        let ground = try SweepGround()
        let ids = (0..<3000).map { "L\($0)" }
        for id in ids { try ground.store(id, more: 1) }
        try ground.store("closed", flags: 16)
        try ground.begin(ground.start(100))
        let former = try #require(try ground.store.take(ground.partition))
        guard case .more = try ground.store.fill(former) else { throw Missing() }
        try ground.lapse()
        let holder = try #require(try ground.store.take(ground.partition))
        #expect(holder.filling == .open)
        try ground.fill(holder)
        #expect(try ground.state.total == 3000 && ground.state.work == 3000)
        try ground.store.release(holder)
        #expect(try ground.workOff() == Set(ids))
    }

    @Test("a full sweep takes open records, a republication every record that was ever published, in both blob formats")
    func filling() throws {
        let ground = try SweepGround()
        try ground.store("open", more: 1)
        try ground.store("open, scored", flags: 16, more: 1)
        try ground.store("closed, told", flags: 32)
        try ground.store("closed, silent")
        try ground.store("of the old format", format: 1)
        try ground.store("erased, of the old format", format: 1, flags: 4 | 32)
        func swept(_ sweep: Int64, _ requests: [SweepRequest]) throws -> Set<String> {
            try ground.begin(ground.start(sweep, requests: requests.map { .init(sweep: sweep, request: $0) }))
            return try ground.workOff()
        }
        let open: Set = ["open", "open, scored", "of the old format"]
        let shown: Set = ["open, scored", "closed, told", "erased, of the old format"]
        #expect(try swept(1, [.run]) == open)
        #expect(try swept(2, [.run]).isEmpty, "the same version and window again")
        #expect(try swept(3, [.grades]) == open)
        #expect(try swept(4, [.republish(to: nil)]) == shown)
        #expect(try swept(5, [.unscored]) == open)
        #expect(try swept(6, [.run]) == open, "after its scores were taken away the version is walked again")
        #expect(try swept(7, [.run, .republish(to: nil)]) == shown)
        #expect(try swept(8, [.grades, .republish(to: "q")]) == open.union(shown))
    }

    @Test(
        "a full sweep is due if version or window changed, or the scorecard reads ages; otherwise only changed records are swept"
    )
    func walks() throws {
        let ground = try SweepGround()
        try ground.store("L", more: 1)
        func fills(_ start: SweepStore.Start) throws -> Bool {
            try ground.begin(start)
            defer { _ = try? ground.workOff() }
            return try ground.state.filling == .open
        }
        #expect(try fills(ground.start(1)))
        #expect(try !fills(ground.start(2)))
        #expect(try fills(ground.start(3, signature: "1 m 365")))
        #expect(try fills(ground.start(4, signature: "2 m 365")))
        #expect(try fills(ground.start(5, signature: "2 m 365", usesTime: true)))
        #expect(try !fills(ground.start(6, signature: nil)), "nothing is published")
    }

    @Test("without a published version, pending records stay pending")
    func nothingPublished() throws {
        let ground = try SweepGround()
        try ground.makeDirty(["A"])
        try ground.begin(ground.start(1, signature: nil))
        #expect(try ground.state.dirty == 1 && !ground.state.hasWork)
        #expect(try ground.store.take(ground.partition) == nil)
    }

    @Test("a start takes the requests since the last start, each republication with its target")
    func asked() throws {
        let ground = try SweepGround()
        let requests: [NumberedSweepRequest] = [
            .init(sweep: 100, request: .run), .init(sweep: 101, request: .republish(to: "a queue")),
            .init(sweep: 102, request: .republish(to: nil)), .init(sweep: 103, request: .republish(to: "later")),
        ]
        try ground.begin(ground.start(100))
        try ground.workOff()
        try ground.store("L", flags: 16)
        try ground.begin(ground.start(102, requests: requests))
        let lease = try #require(try ground.store.take(ground.partition))
        #expect(!lease.scores && lease.filling == .shown && lease.targets == ["a queue", nil])
    }

    @Test("due entries are worked off by the next sweep, even without a published version")
    func expiring() throws {
        let ground = try SweepGround(kind: .account)
        try ground.redis.call("ZADD", ground.partition.schedule, 150, "r:A")
        try ground.begin(ground.start(100, requests: []))
        #expect(try !ground.state.hasWork)
        try ground.begin(ground.start(200, requests: []))
        let lease = try #require(try ground.store.take(ground.partition))
        #expect(lease.isExpiring && !lease.scores && lease.filling == nil)
        try ground.store.release(lease)
        try ground.workOff()
        #expect(try ground.store.take(ground.partition) == nil)
    }

    @Test("pending fan-outs are leased without a sweep, and continue during one")
    func fanOuts() throws {
        let ground = try SweepGround(kind: .account)
        try ground.redis.call("HSET", ground.partition.fanOuts, "A", "x")
        let lease = try #require(try ground.store.take(ground.partition))
        #expect(lease.hasFanOuts && lease.sweep == 0)
        try ground.store.release(lease)
        try ground.begin(ground.start(100, requests: []))
        #expect(try ground.store.take(ground.partition)?.hasFanOuts == true)
    }

    private struct Missing: Error {}
}
