import Contract
import LeadModel
import Rabbit
import TestKit
import Testing

@testable import Fleet

@Suite("Refusals that wait to be published")
struct RefusalRoomTests {
    private func rejected(
        _ org: String, bytes: Int = 100, _ reason: Refusal.Reason = .badValue
    ) -> OutgoingMessage {
        var properties = Properties(contentType: Names.ContentType.event)
        properties.headers = [
            Names.Header.reason: .text(reason.rawValue), Names.Header.field: .text("body"),
            Names.Header.origin: .text("\(org).lead.created"), Names.Header.rejectedAt: .text(Moment.present.text),
        ]
        let body = Array(#"{"id":"e-1","source":"crm"}"#.utf8) + [UInt8](repeating: 32, count: bytes)
        return OutgoingMessage(
            exchange: Names.dead.name, routingKey: "\(org).lead.created", properties: properties, body: body)
    }

    @Test("have room by organization: a flood displaces only its own, and names that nobody has share one room")
    func room() {
        let feed = RefusalFeed()
        let (big, most) = (1 << 19, RefusalFeed.mostBytes)
        feed.add((0..<100).map { _ in rejected("flood", bytes: big) })
        feed.add((0..<100).map { rejected("made-up-\($0)", bytes: big, .unknownOrganization) })
        feed.add([rejected("quiet")])
        let taken = Dictionary(uniqueKeysWithValues: feed.take().map { ($0.organization, $0.messages.count) })
        #expect(Set(taken.keys) == ["flood", "quiet", PublishedRefusal.unknown])
        #expect(taken["quiet"] == 1)
        #expect(taken["flood"] == most / big - 1 && taken[PublishedRefusal.unknown] == most / big - 1)
        #expect(feed.isEmpty)
        feed.add([rejected("flood", bytes: big)])
        #expect(feed.take().first?.messages.count == 1, "there is room again")
    }

    @Test("are taken in portions, oldest first, until none is left")
    func portions() {
        let feed = RefusalFeed()
        let count = RefusalFeed.portion + 1
        feed.add((1...count).map { rejected("acme", bytes: $0) })
        #expect(feed.take().first?.messages.count == RefusalFeed.portion)
        #expect(feed.take().first?.messages.map(\.body.count) == [27 + count])
        #expect(feed.isEmpty && feed.take().isEmpty)
    }

    @Test("name no id of what crashed workers: nothing reads it once more")
    func poison() {
        let feed = RefusalFeed()
        feed.add([rejected("acme", .poison), rejected("acme")])
        let refusals = feed.take().flatMap(\.messages).compactMap { $0.refusal(by: EventReader()) }
        #expect(refusals.map(\.id) == [nil, "e-1"])
        #expect(refusals.map(\.routingKey) == ["acme.lead.poison", "acme.lead.bad-value"])
    }
}
