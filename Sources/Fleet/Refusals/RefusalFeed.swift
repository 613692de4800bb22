import Contract
import Rabbit
import Synchronization

/// Rejected messages that are to be named on `leadline.refusals`: handed over by lanes, once they are settled, and taken by
/// `RefusalPublisher`.
///
/// Adding never waits. Each organization has room of its own, so nobody's flood displaces what others wait for; beyond
/// its room an organization's refusals are dropped. The events themselves are safe in `leadline.rejected`.
final class RefusalFeed: Sendable {
    /// For one organization, and for all.
    static let (mostBytes, mostBytesOfAll) = (8 << 20, 64 << 20)
    /// Taken of an organization at once.
    static let portion = 256

    private struct Waiting {
        var messages: [OutgoingMessage] = []
        var bytes = 0
    }

    private struct State {
        var byOrganization: [String: Waiting] = [:]
        var bytes = 0
    }

    private let state = Mutex(State())

    func add(_ rejected: [OutgoingMessage]) {
        guard !rejected.isEmpty else { return }
        state.withLock { state in
            for message in rejected {
                let message = Self.stripped(message)
                let bytes = Self.bytes(of: message)
                let organization = Self.organization(of: message)
                var waiting = state.byOrganization.removeValue(forKey: organization) ?? Waiting()
                if waiting.bytes + bytes <= Self.mostBytes, state.bytes + bytes <= Self.mostBytesOfAll {
                    waiting.messages.append(message)
                    waiting.bytes += bytes
                    state.bytes += bytes
                }
                if !waiting.messages.isEmpty { state.byOrganization[organization] = waiting }
            }
        }
    }

    var isEmpty: Bool { state.withLock { $0.byOrganization.isEmpty } }

    /// Takes the oldest of each organization.
    func take() -> [(organization: String, messages: [OutgoingMessage])] {
        state.withLock { state in
            state.byOrganization.keys.sorted().map { organization in
                var waiting = state.byOrganization.removeValue(forKey: organization) ?? Waiting()
                let taken = Array(waiting.messages.prefix(Self.portion))
                let bytes = taken.reduce(0) { $0 + Self.bytes(of: $1) }
                waiting.messages.removeFirst(taken.count)
                waiting.bytes -= bytes
                state.bytes -= bytes
                if !waiting.messages.isEmpty { state.byOrganization[organization] = waiting }
                return (organization, taken)
            }
        }
    }

    /// Without a body that can't be read for its id: one that crashed workers, or is beyond all limits.
    private static func stripped(_ message: OutgoingMessage) -> OutgoingMessage {
        guard message.reason == Refusal.Reason.poison.rawValue || message.body.count > Limits.standard.bodyBytes else {
            return message
        }
        var copy = message
        copy.body = []
        return copy
    }

    private static func bytes(of message: OutgoingMessage) -> Int {
        message.body.count + message.properties.headers.byteCount + 512
    }

    /// In whose room it waits. Names that no organization has share one: anybody could make up more.
    private static func organization(of message: OutgoingMessage) -> String {
        guard message.reason != Refusal.Reason.unknownOrganization.rawValue, let key = message.origin else {
            return PublishedRefusal.unknown
        }
        return PublishedRefusal.organization(of: key)
    }
}

extension OutgoingMessage {
    fileprivate var reason: String? { properties.headers[Names.Header.reason]?.text }
    fileprivate var origin: String? { properties.headers[Names.Header.origin]?.text }

    /// What is published about a message that was rejected.
    func refusal(by reader: EventReader) -> PublishedRefusal? {
        let headers = properties.headers
        guard let reason, let origin, let field = headers[Names.Header.field]?.text,
            let rejectedAt = headers[Names.Header.rejectedAt]?.text
        else { return nil }
        let event = (try? EventMessage(properties, body: body).structured()).map(reader.identity)
        return PublishedRefusal(
            id: event?.id, source: event?.source, reason: reason, field: field,
            index: headers[Names.Header.index]?.integer.map(Int.init), eventKey: origin, rejectedAt: rejectedAt)
    }
}
