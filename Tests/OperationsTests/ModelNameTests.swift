import LeadModel
import Operations
import TestKit
import Testing

@Suite("Names of models", .onOwnThreads)
struct ModelNameTests {
    @Test("a name that Redis and Swift would compare differently is refused; marks of a script are a name's own")
    func names() throws {
        let stage = try Stage()
        let models = ModelAdministration(
            Deployment(broker: stage.broker, redis: stage.redis, author: "test"), organization: stage.org, entity: .lead
        )
        let card = Scorecard.byHand().artifact()
        for name in ["e\u{301}", "\u{301}x", "\u{212B}", " x", "x\u{2028}", "", "a\nb"] {
            #expect(throws: ModelError.invalidName(name)) { try models.add(card, as: name) }
        }
        for name in ["\u{e9}", "x\u{301}", "हिन्दी", "😀"] {
            let version = try models.add(card, as: name).version
            #expect(try models.publish(name, startsSweep: false).version == version)
            #expect(try models.isPublished(name).itself)
            try models.delete(name)
        }
    }
}
