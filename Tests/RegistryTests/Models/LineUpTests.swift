import Foundation
import LeadModel
import Redis
import Registry
import TestKit
import Testing

@Suite("An organization's published models", .onOwnThreads)
struct LineUpTests {
    private func card(_ filter: String? = nil, process: String? = nil) throws -> Scorecard {
        var card = Scorecard.byHand()
        card.scope = ModelScope(
            process: process, filter: try filter.map { try RecordFilter(anyOf: [[.init(text: $0)]]) })
        return card
    }

    private func order(_ stage: Stage) throws -> [String] {
        try stage.withRegistry { [org = stage.org] in
            try $0.lineUp(organization: org, entity: .lead).versions.map(\.description)
        }
    }

    @Test("stand in their order: a new one before those for all records, a new version in the place of its former one")
    func places() throws {
        let stage = try Stage()
        try stage.publish(card(), as: "all")
        try stage.publish(card("region is EU"), as: "eu")
        try stage.publish(card("region is US"), as: "us")
        #expect(try order(stage) == ["eu 1", "us 1", "all 1"])
        try stage.publish(card("region in EU, UK"), as: "eu")
        #expect(try order(stage) == ["eu 2", "us 1", "all 1"])
        try stage.withRegistry { (registry) throws -> Void in
            _ = try registry.order(["us"], organization: stage.org, entity: .lead)
            #expect(try order(stage) == ["us 1", "eu 2", "all 1"])
            #expect(throws: LineUpFault.notPublished("uk")) {
                try registry.order(["uk"], organization: stage.org, entity: .lead)
            }
            let lineUp = try registry.lineUp(organization: stage.org, entity: .lead)
            #expect(lineUp.entries.map(\.scope.words) == ["region is US", "region in EU, UK", "all records"])
            #expect(lineUp.hidden.isEmpty)
            try registry.unpublish("us", organization: stage.org, entity: .lead)
            #expect(try order(stage) == ["eu 2", "all 1"])
            let listed = try registry.models(organization: stage.org, entity: .lead)
            #expect(listed.map(\.name) == ["all", "eu", "us"] && listed.map(\.place) == [2, 1, nil])
        }
    }

    @Test("are rolled back as a whole, and a deleted model does not come back")
    func rollback() throws {
        let stage = try Stage()
        try stage.publish(card(), as: "all")
        try stage.publish(card("region is EU"), as: "eu")
        try stage.publish(card("region is US"), as: "eu")
        try stage.withRegistry { (registry) throws -> Void in
            _ = try registry.order(["all"], organization: stage.org, entity: .lead)
            let back = try registry.rollback(organization: stage.org, entity: .lead)
            #expect(back.versions.map(\.description) == ["eu 2", "all 1"])
            let further = try registry.rollback(organization: stage.org, entity: .lead)
            #expect(further.entries.map(\.scope.words) == ["region is EU", "all records"])
            try registry.delete("all", organization: stage.org, entity: .lead)
            #expect(try order(stage) == ["eu 1"])
            #expect(throws: LineUpFault.nothingBefore) {
                try registry.rollback(organization: stage.org, entity: .lead)
            }
        }
    }

    @Test("that a deletion made equal to the present ones are no step back")
    func rollbackAfterDeletion() throws {
        let stage = try Stage()
        try stage.publish(card(), as: "first")
        try stage.publish(card(), as: "all")
        try stage.publish(card("region is EU"), as: "eu")
        try stage.withRegistry { (registry) throws -> Void in
            // Before: all and first; first.
            try registry.delete("eu", organization: stage.org, entity: .lead)
            #expect(try order(stage) == ["all 1", "first 1"])
            let back = try registry.rollback(organization: stage.org, entity: .lead)
            #expect(back.versions.map(\.description) == ["first 1"])
            #expect(throws: LineUpFault.nothingBefore) {
                try registry.rollback(organization: stage.org, entity: .lead)
            }
        }
    }

    @Test("are ten at most")
    func most() throws {
        let stage = try Stage()
        for number in 0..<10 { try stage.publish(card("x is \(number)"), as: "m\(number)") }
        #expect(throws: LineUpFault.full) { try stage.publish(card("x is 10"), as: "m10") }
        try stage.publish(card("x is 11"), as: "m3")
        #expect(try order(stage).count == 10)
    }

    @Test("of one scope, or behind one for all records, are known as models that score nothing")
    func hidden() throws {
        let stage = try Stage()
        try stage.publish(card("x is 1"), as: "one")
        try stage.publish(card("x is 1"), as: "twin")
        try stage.publish(card(process: "p"), as: "process")
        try stage.publish(card(), as: "all")
        try stage.withRegistry { (registry) throws -> Void in
            let lineUp = try registry.order(["one", "all"], organization: stage.org, entity: .lead)
            #expect(lineUp.versions.map(\.name) == ["one", "all", "twin", "process"])
            #expect(lineUp.hidden.map(\.model) == ["twin", "process"])
            #expect(lineUp.hidden.map(\.by) == ["one", "all"])
        }
    }

    @Test("that two people publish at the same time are both published")
    func together() throws {
        let stage = try Stage()
        let cards = try (0..<8).map { try card("x is \($0)").artifact() }
        let (org, redis) = (stage.org, stage.redis)
        let work = DispatchGroup()
        for (number, artifact) in cards.enumerated() {
            work.enter()
            Thread.detachNewThread {
                defer { work.leave() }
                try? LineUpTests.publish(artifact, "m\(number)", org, redis)
            }
        }
        #expect(try stage.eventually { try order(stage).count == 8 })
        work.wait()
        let audit = try stage.withRegistry { try $0.audit(of: org) }
        #expect(audit.count { $0.action == "model publish" } == 8)
    }

    private static func publish(_ artifact: Data, _ name: String, _ org: String, _ redis: RedisAddress) throws {
        let connection = try RedisConnection(redis)
        defer { connection.close() }
        let registry = RegistryWriter(connection, author: "test")
        _ = try registry.add(artifact, as: name, organization: org, entity: .lead)
        try registry.publish(name, version: nil, organization: org, entity: .lead)
    }

    @Test("are read where a former version of Leadline stored its only one")
    func pointer() throws {
        let stage = try Stage()
        try stage.publish(card())
        let connection = try RedisConnection(stage.redis)
        defer { connection.close() }
        try connection.call("SET", Keyspace.OrganizationKeys(stage.org).published(.lead), "1 test")
        #expect(try order(stage) == ["test 1"])
        try stage.publish(card("x is 1"), as: "x")
        #expect(try order(stage) == ["x 1", "test 1"])
    }
}
