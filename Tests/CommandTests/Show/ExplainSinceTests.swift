import Foundation
import LeadModel
import TestKit
import Testing

@Suite("leadline explain --since, and what moved scores in a history", .onOwnThreads)
struct ExplainSinceTests {
    private struct Changed: Decodable {
        struct Scored: Decodable {
            var scoredAt: String
            var score, version: Int
            var logOdds: Double
        }

        struct Attribute: Decodable {
            struct Standing: Decodable { var label: String }

            var attribute: String
            var before, after: Standing?
            var total, record, time, model: Double
        }

        struct Parts: Decodable { var total, record, time, model, untold: Double }

        var beginsLater: Bool
        var before, after: Scored
        var scorings: Int
        var change: Parts
        var intercept: Double
        var attributes: [Attribute]
    }

    private static let start = Moment(rfc3339: "2026-11-01T09:00:00Z")!

    /// Two versions in a stage's registry, and a lead of which four scorings are kept.
    private struct Scene {
        let stage: Stage
        let ledger: LedgerFixture
        var cards: [Scorecard] = []
        var scorings: [Scoring] = []

        init() throws {
            stage = try Stage()
            ledger = try LedgerFixture(org: stage.org)
            cards = [.ofEveryKind(), .ofEveryKind()]
            cards[1].intercept = 0.1
            cards[1].attributes[0].bins[1].points = 0.5
            for card in cards { try stage.publish(card) }
            // source, visits, interests, lastVisit, email
            score(1, day: 0, [0, 1, 0b1, 0, 0])
            score(1, day: 8, [0, 1, 0b1, 1, 0])
            score(1, day: 10, [1, 1, 0b11, 1, 0])
            score(2, day: 12, [1, 1, 0b11, 1, 0], former: [1, 1, 0b11, 1, 0])
            try ledger.take(scorings, of: "L1")
        }

        private mutating func score(_ version: Int, day: Int, _ bins: [UInt16], former: [UInt16]? = nil) {
            let evidence = Evidence(bins: bins)
            let probability = cards[version - 1].probability(evidence)
            var scoring = Scoring(
                revision: UInt64(1000 + day), model: ModelVersion(name: "test", version: version), evidence: evidence,
                probability: probability,
                grade: GradeRanges.standard.grade(of: LeadModel.score(probability: probability)),
                previousScore: nil, previousGrade: nil, trigger: .sweep, at: ExplainSinceTests.start.adding(days: day))
            scoring.former = former.map {
                .init(model: ModelVersion(name: "test", version: 1), evidence: Evidence(bins: $0))
            }
            scorings.append(scoring)
        }

        func explain(_ id: String, _ arguments: String...) throws -> CommandRun { try explain(id, arguments) }

        func explain(_ id: String, _ arguments: [String]) throws -> CommandRun {
            try CommandRun(
                ["explain", id, "--org", stage.org] + arguments,
                environment: onlyRedis(of: stage).merging(ledger.environment) { $1 })
        }
    }

    @Test("the parts of the record, time and a new version are shown by attribute, and add up to the difference")
    func told() throws {
        let scene = try Scene()
        let run = try scene.explain("L1", "--since", "2026-11-01T12:00:00Z", "--json")
        let changed = try run.json(Changed.self)
        #expect(changed.before.scoredAt == Self.start.text && changed.before.version == 1 && changed.after.version == 2)
        #expect(changed.scorings == 4 && !changed.beginsLater)
        let expected =
            scene.cards[1].logOdds(scene.scorings[3].evidence) - scene.cards[0].logOdds(scene.scorings[0].evidence)
        #expect(abs(changed.change.total - expected) < 1e-9)
        #expect(abs(changed.after.logOdds - changed.before.logOdds - expected) < 1e-9)
        let sum = changed.attributes.map(\.total).reduce(changed.intercept + changed.change.untold, +)
        #expect(abs(sum - expected) < 1e-9)
        func part(_ name: String) throws -> Changed.Attribute {
            try #require(changed.attributes.first { $0.attribute == name })
        }
        #expect(try abs(part("lastVisit").time + 0.7) < 1e-9 && part("lastVisit").record == 0)
        // −1.75 and half of the pair's −0.27 − 0.31; 1.25 more by the new version.
        #expect(try abs(part("source").record + 2.04) < 1e-9 && abs(part("source").model - 1.25) < 1e-9)
        #expect(try abs(part("interests").record - 0.15) < 1e-9)
        #expect(try part("interests").after?.label == "Chat, E-mail" && part("source").before?.label == "web")
        #expect(abs(changed.intercept - 0.6) < 1e-9)
        #expect(!changed.attributes.contains { $0.attribute == "email" }, "it did not move")

        let text = try scene.explain("L1", "--since", "2026-11-01T12:00:00Z").output
        #expect(text.hasPrefix("lead L1: score \(changed.before.score) → \(changed.after.score) ("))
        #expect(text.contains("model test 1 → 2 +1.850") && text.contains("time -0.700"))
        #expect(text.contains("web → fair") && text.contains("(the intercept)"))
    }

    @Test(
        "it compares the scoring that was current at --since with the one at --until; a day counts to its end")
    func ends() throws {
        let scene = try Scene()
        func changed(_ arguments: String...) throws -> Changed {
            try scene.explain("L1", arguments + ["--json"]).json(Changed.self)
        }
        let middle = try changed("--since", "2026-11-10", "--until", "2026-11-11")
        #expect(middle.before.scoredAt == Self.start.adding(days: 8).text)
        #expect(middle.after.scoredAt == Self.start.adding(days: 10).text && middle.scorings == 2)
        #expect(middle.change.time == 0 && middle.change.model == 0)
        let early = try changed("--since", "2026-10")
        #expect(early.beginsLater && early.before.scoredAt == Self.start.text)
        let late = try changed("--since", "2026-11-20T00:00:00Z")
        #expect(late.scorings == 1 && late.change.total == 0 && late.attributes.isEmpty)
        #expect(
            try scene.explain("L1", "--since", "2026-11-20T00:00:00Z").output.contains("it was not scored again"))
    }

    @Test(
        "changes under a missing scorecard or with erased evidence are unattributed, with the reason"
    )
    func gaps() throws {
        let scene = try Scene()
        func words(_ id: String, _ series: [Scoring], _ arguments: String...) throws -> String {
            try scene.ledger.take(series, of: id)
            return try scene.explain(id, ["--since", "2026-10"] + arguments).output
                .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        // By another "test 1", which is no longer in Redis.
        var former = scene.scorings
        former[0].probability = 0.9
        let text = try words("former", former)
        #expect(
            text.contains("(no scorecard) → fair") && text.contains("unattributed: the scorecard that gave a score"))
        #expect(!text.contains("not in the model") && !text.contains("contact was erased"))
        var gone = scene.scorings
        gone[3].model = ModelVersion(name: "gone", version: 7)
        let last = try words("gone", gone)
        #expect(last.contains("web → (no scorecard)") && last.contains("is not in Redis"))
        var bare = scene.scorings
        bare[3].former = nil
        #expect(try words("bare", bare).contains("unattributed: a new version took over without evidence"))
    }

    @Test("a history shows what moved each score most, and says why not if Redis is away")
    func history() throws {
        struct Shown: Decodable {
            struct Point: Decodable { var mover: Mover? }
            struct Mover: Decodable, Equatable {
                var attribute: String?
                var change: Double
                var by: String
            }

            var scorings: [Point]
        }
        let scene = try Scene()
        func run(_ id: String, _ arguments: String..., redis: String? = nil) throws -> CommandRun {
            var environment = onlyRedis(of: scene.stage).merging(scene.ledger.environment) { $1 }
            if let redis { environment["LEADLINE_REDIS_URL"] = redis }
            return try CommandRun(["history", id, "--org", scene.stage.org] + arguments, environment: environment)
        }
        let json = try run("L1", "--json")
        try JSONOutputTests.expect(json.output, like: "commands/history.json")
        let movers = try json.json(Shown.self).scorings.map(\.mover)
        #expect(movers.map { $0?.attribute } == [nil, "lastVisit", "source", "source"])
        #expect(movers.map { $0?.by } == [nil, "time", "record", "model"])
        for (mover, change) in zip(movers.dropFirst(), [-0.7, -2.04, 1.25]) {
            #expect(abs(try #require(mover).change - change) < 1e-9)
        }
        let text = try run("L1").output
        #expect(text.contains("-0.700 lastVisit, time\n") && text.contains("sweep    +1.250 source, model\n"))
        // Of the latest only the step to it counts, and it has one.
        #expect(try run("L1", "--limit", "1", "--json").json(Shown.self).scorings.map(\.mover) == [movers[3]])
        var cleared = scene.scorings
        cleared[1].probability = 0.9
        try scene.ledger.take(cleared, of: "untold")
        let untold = try run("untold", "--json").json(Shown.self).scorings.map(\.mover)
        #expect(untold.map { $0?.attribute } == [nil, nil, nil, "source"])

        let away = try run("L1", redis: "redis://127.0.0.1:1")
        #expect(away.code == 0 && !away.output.contains("moved most by"))
        #expect(away.output.contains("What moved each score is not shown: Redis, which has the scorecards, can't be"))
        let none = try run("L1", "--json", redis: "redis://127.0.0.1:1").json(Shown.self)
        #expect(none.scorings.count == 4 && none.scorings.allSatisfy { $0.mover == nil })
    }

    @Test("scores that can't be compared are an error that says why")
    func errors() throws {
        let scene = try Scene()
        try scene.ledger.take([scene.scorings[0]], of: "once")
        func message(_ id: String, _ arguments: String..., code: Int32) throws -> String {
            let run = try scene.explain(id, arguments)
            #expect(run.code == code && run.output.isEmpty, "\(run.output)")
            return run.errors
        }
        #expect(try message("nobody", "--since", "7d", code: 65).contains("has no scoring of lead nobody"))
        #expect(try message("once", "--since", "2026-11-01", code: 65).contains("one scoring of lead once"))
        #expect(
            try message("L1", "--since", "2026-11-10", "--until", "2026-11-05", code: 64).contains(
                "is later than --until"))
        #expect(try message("L1", "--since", "yesterday", code: 64).contains("--since"))
        #expect(try message("L1", "--until", "7d", code: 64).contains("give both"))
        #expect(try message("L1", "--since", "7d", "--suggest", code: 64).contains("can't be combined"))
        let without = try CommandRun(
            ["explain", "L1", "--since", "7d", "--org", scene.stage.org],
            environment: onlyRedis(of: scene.stage).merging(["LEADLINE_LEDGER_FILE": "/nowhere/ledger"]) { $1 })
        #expect(without.code == 65 && without.firstErrorLine.contains("there is no ledger at /nowhere/ledger"))
    }

    @Test("the JSON has the keys of the contract's example")
    func shape() throws {
        let run = try Scene().explain("L1", "--since", "2026-11-01T12:00:00Z", "--json")
        try JSONOutputTests.expect(run.output, like: "commands/explain-since.json")
    }
}
