import LeadModel
import Registry
import TestKit
import Testing

@Suite("An organization's settings", .onOwnThreads)
struct OrganizationSettingsTests {
    private static func changed(_ change: (inout OrganizationSettings) -> Void) -> OrganizationSettings {
        var settings = OrganizationSettings()
        change(&settings)
        return settings
    }

    @Test("each is read back as it was set, and raises the epoch")
    func stored() throws {
        let stage = try Stage()
        let changes: [(inout OrganizationSettings) -> Void] = [
            { $0.window = 100 }, { $0.steady = 0 }, { $0.deletedDays = 3 }, { $0.erasedDays = 31 },
            { $0.marksDays = 4 }, { $0.barsSensitive = true },
            { $0.setRanges(.init(a: 90, b: 60, c: 30), of: .opportunity) },
        ]
        try stage.withRegistry { registry in
            for change in changes {
                let former = try #require(try registry.settings(of: stage.org))
                var settings = former
                change(&settings)
                #expect(settings != former)
                let epoch = try stage.withRedis { try $0.call("GET", Keyspace.OrganizationKeys(stage.org).epoch).text }
                try registry.set(settings, from: former, of: stage.org, detail: "test")
                #expect(try registry.settings(of: stage.org) == settings)
                #expect(
                    try stage.withRedis { try $0.call("GET", Keyspace.OrganizationKeys(stage.org).epoch).text } != epoch
                )
            }
            let settings = try #require(try registry.settings(of: stage.org))
            #expect(settings.ranges(.opportunity) == .init(a: 90, b: 60, c: 30))
            #expect(settings.ranges(.lead) == .standard)
        }
    }

    @Test("an organization that was created before a setting existed has its default")
    func old() throws {
        let stage = try Stage()
        try stage.withRedis { redis in
            for field in ["window", "steady", "deletedDays", "erasedDays", "marksDays", "barSensitive", "grades:lead"] {
                try redis.call("HDEL", Keyspace.OrganizationKeys(stage.org).settings, field)
            }
        }
        let settings = try #require(try stage.withRegistry { try $0.settings(of: stage.org) })
        #expect((settings.window, settings.steady) == (730, 2))
        #expect(!settings.barsSensitive)
        #expect((settings.deletedDays, settings.erasedDays, settings.marksDays) == (30, 396, 30))
        #expect(settings.ranges(.lead) == .standard && settings.ranges(.opportunity) == .standard)
    }

    @Test(
        "a stored number out of its range has its default, and counters out of theirs are bounded",
        arguments: ["-1", "9223372036854775807", "-9223372036854775808", "1e9", "x", ""])
    func tampered(number: String) throws {
        let stage = try Stage()
        let partitions = (0..<16).map { Partition(organization: stage.org, kind: .lead, number: $0) }
        let now = try stage.withRegistry { try $0.now() }
        try stage.withRedis { redis in
            for field in ["window", "steady", "deletedDays", "erasedDays", "marksDays", "names", "created"] {
                try redis.call("HSET", Keyspace.OrganizationKeys(stage.org).settings, field, number)
            }
            for partition in partitions {
                try redis.call("HSET", partition.usage, now.month.text + ":records", number)
                try redis.call("HSET", partition.sweep, "total", number)
            }
        }
        var settings = try #require(try stage.withRegistry { try $0.settings(of: stage.org) })
        #expect(settings.fault == nil)
        settings.created = OrganizationSettings().created
        #expect(settings == OrganizationSettings())
        #expect(try stage.usage().records >= 0)
        let states = try stage.withRedis { try SweepStore($0).states(of: partitions) }
        #expect(states.map(\.total).reduce(0, +) >= 0)
        #expect(settings.dailyTime.next(after: .latest) == .latest)
    }

    @Test(
        "an invalid setting is named, with its valid values",
        arguments: [
            (changed { $0.window = 0 }, "window must be 1 to 36500 days"),
            (changed { $0.window = 36_501 }, "window must be"), (changed { $0.steady = -1 }, "steady must be 0 to 99"),
            (changed { $0.steady = 100 }, "steady must be"), (changed { $0.deletedDays = 0 }, "deleted days must be"),
            (changed { $0.erasedDays = 30 }, "erased days must be 31"),
            (changed { $0.marksDays = 0 }, "marks days must be"),
            (changed { $0.setRanges(.init(a: 50, b: 50, c: 25), of: .opportunity) }, "grades must"),
        ])
    func fault(settings: OrganizationSettings, words: String) {
        #expect(settings.fault?.hasPrefix(words) == true)
        #expect(OrganizationSettings().fault == nil)
    }
}
