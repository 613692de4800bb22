import Fleet
import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

@Suite("The schedule of sweeps", .onOwnThreads)
struct SweepScheduleTests {
    /// An organization with one partition of each kind, and processes that start its sweeps by a given clock.
    private final class Year {
        let organization = TestServers.org()
        let redis: RedisConnection
        let registry: RegistryWriter
        let settings: OrganizationSettings
        let store: SweepStore
        private var processes: [SweepStarts] = []

        init(_ time: String = "03:00", zone: String = "UTC", processes count: Int = 3) throws {
            redis = try RedisConnection(RedisAddress(TestServers.redisURL))
            (registry, store) = (RegistryWriter(redis, author: "test"), SweepStore(redis))
            var wanted = OrganizationSettings()
            (wanted.partitions, wanted.sweepTime, wanted.zone) = (1, time, zone)
            _ = try registry.create(organization, wanted)
            settings = try #require(try registry.settings(of: organization))
            for number in 0..<count { try start(number) }
        }

        /// A process restarts.
        func start(_ number: Int) throws {
            let fresh = SweepStarts(try RedisConnection(RedisAddress(TestServers.redisURL))) { Issue.record("\($0)") }
            if number < processes.count { processes[number] = fresh } else { processes.append(fresh) }
        }

        func look(_ number: Int = 0, at now: Moment) throws -> SweepStarts.Look {
            try #require(try processes[number].look(organization, now: now))
        }

        func partition(_ kind: RecordKind = .lead) -> Partition {
            Partition(organization: organization, kind: kind, number: 0)
        }

        /// The number of the sweep that each kind's partition started last.
        var started: [Int64] {
            get throws { try store.states(of: RecordKind.allCases.map(partition)).map(\.started) }
        }
    }

    @Test(
        "over a year, each local day has at most one sweep, and none is skipped while any process runs",
        arguments: [
            "UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Auckland",
        ],
        ["00:00", "02:30"])
    func year(zone: String, time: String) throws {
        let year = try Year(time, zone: zone)
        let daily = try #require(DailyTime(time, zone: zone))
        var random = SystemRandomNumberGenerator()
        var now = year.settings.created
        let end = now.adding(seconds: 366 * 86_400)
        var (dues, next): ([Moment], Moment) = ([], daily.next(after: now))
        var running: Set<Int> = [0, 1, 2]
        var seen: [Int64] = []
        while now < end {
            now = now.adding(seconds: Int64.random(in: 60...36_000, using: &random))
            // Processes restart now and then, and for days none may run.
            let number = Int.random(in: 0..<3, using: &random)
            if running.remove(number) == nil {
                running.insert(number)
                try year.start(number)
            }
            if running.isEmpty, Int.random(in: 0..<8, using: &random) == 0 {
                now = now.adding(seconds: Int64.random(in: 0...3 * 86_400, using: &random))
            }
            guard let looking = running.randomElement(using: &random) else { continue }
            // Of the sweeps missed while no process ran, only the last is made up for.
            var last: Moment?
            while next <= now { (last, next) = (next, daily.next(after: next)) }
            if let last { dues.append(last) }
            let look = try year.look(looking, at: now)
            if running.count > 1, let other = running.randomElement(using: &random) {
                _ = try year.look(other, at: now)
            }
            #expect(!look.isWaiting)
            let started = try year.started
            #expect(Set(started).count == 1)
            if let one = started.first, one > 0, one != seen.last { seen.append(one) }
        }
        #expect(seen == dues.map(\.milliseconds))
        let days = dues.map { daily.localText($0).prefix(10) }
        #expect(days.count > 200 && Set(days).count == days.count)
    }

    @Test("no sweep is due before the first due time after the organization was created")
    func first() throws {
        let year = try Year()
        let due = try #require(DailyTime("03:00", zone: "UTC")).next(after: year.settings.created)
        _ = try year.look(at: due.adding(seconds: -1))
        #expect(try year.started == [0, 0, 0, 0])
        _ = try year.look(at: due)
        #expect(try year.started == Array(repeating: due.milliseconds, count: 4))
    }

    @Test("a fleet that was off for days catches up with one sweep, which covers the requests made meanwhile")
    func catchesUp() throws {
        let year = try Year()
        let due = try #require(DailyTime("03:00", zone: "UTC")).next(after: year.settings.created)
        _ = try year.look(at: due)
        let back = due.adding(seconds: 5 * 86_400 + 7200)
        let request = try year.store.request(
            .republish(to: nil), organization: year.organization, entity: .lead, now: back.adding(seconds: -60))
        let last = due.adding(seconds: 5 * 86_400).milliseconds
        #expect(try !year.look(at: back).isWaiting)
        #expect(try year.started == [request, last, last, last])
        for number in 0..<3 { _ = try year.look(number, at: back.adding(seconds: 60)) }
        #expect(try year.started == [request, last, last, last])
        #expect(try year.store.requests(organization: year.organization, entity: .lead).isEmpty, "it is done with")
    }

    @Test("a sweep that is due while an older one has work is retried until every partition has started it")
    func triedAgain() throws {
        let year = try Year()
        let due = try #require(DailyTime("03:00", zone: "UTC")).next(after: year.settings.created)
        _ = try year.look(at: due)
        try year.redis.call("SADD", year.partition().work, "L")
        let next = due.adding(seconds: 86_400)
        let look = try year.look(at: next)
        #expect(look.isWaiting && look.isActive && look.free == [year.partition()])
        #expect(try year.started == [due, next, next, next].map(\.milliseconds))
        let lease = try #require(try year.store.take(year.partition()))
        #expect(try year.look(at: next).free.isEmpty, "somebody holds it")
        let ids = try #require(try year.store.next(lease, atMost: 10))
        #expect(try year.store.settle(lease, ids))
        let last = try year.look(1, at: next)
        #expect(!last.isWaiting && !last.isActive)
        #expect(try year.started == Array(repeating: next.milliseconds, count: 4))
    }

    @Test("a worker starts a due sweep at its own start, and requested sweeps at once")
    func worker() throws {
        // A private Redis: with this clock, the worker would sweep other tests' records.
        let servers = try PrivateServers(broker: false)
        defer { servers.stop() }
        let stage = try Stage(redisOf: servers)
        let worker = try LeadlineProcess(workerOn: stage, environment: ["LEADLINE_CLOCK_OFFSET": "86400"])
        defer { worker.kill() }
        let settings = try #require(try stage.withRegistry { try $0.settings(of: stage.org) })
        let due = try #require(DailyTime("03:00", zone: "UTC")).next(after: settings.created).milliseconds
        func eventuallyStarted(_ sweep: Int64) throws -> Bool {
            try stage.withRedis { redis in
                let store = SweepStore(redis)
                let partitions = (0..<16).map { Partition(organization: stage.org, kind: .lead, number: $0) }
                return try eventually { try store.states(of: partitions).allSatisfy { $0.started == sweep } }
            }
        }
        #expect(try eventuallyStarted(due))
        let request = try stage.withRedis { redis in
            try SweepStore(redis).request(
                .run, organization: stage.org, entity: .lead, now: Moment(milliseconds: due + 3_600_000))
        }
        #expect(try eventuallyStarted(request))
        #expect(worker.isRunning)
    }
}
