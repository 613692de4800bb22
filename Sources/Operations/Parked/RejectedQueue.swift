import Contract
import Fleet
import Rabbit

/// What an operator does with `leadline.rejected`: messages that could not be used, kept whole and unchanged.
public struct RejectedQueue: Sendable {
    private let broker: RabbitAddress

    public init(_ broker: RabbitAddress) { self.broker = broker }

    /// The outcome of `requeue`.
    public struct Requeued: Equatable, Sendable {
        /// Published again, and removed from the queue.
        public var requeued: Int
        /// Selected, but still in the queue.
        public var stayed: Int
        /// Routing keys among those that stayed which no queue takes. If it is empty, the broker refused the rest.
        public var unroutableKeys: Set<String>
    }

    /// Lists the oldest messages. The queue stays as it is, but other readers see only a part of it meanwhile.
    ///
    /// - Throws: `RabbitError`, here and below.
    public func list(organization: String? = nil, limit: Int) throws -> ParkedPage<RejectedEntry> {
        try withQueue("rejected list") { queue in
            var page = ParkedPage<RejectedEntry>()
            try queue.scan { message in
                let entry = RejectedEntry(message)
                if entry.routingKey.isKey(of: organization) { page.add(entry, limit: limit) }
            }
            return page
        }
    }

    /// - Parameter number: from 1, the oldest.
    /// - Returns: nil if the queue has fewer messages.
    public func message(_ number: Int) throws -> RejectedContent? {
        try withQueue("rejected show") { queue in
            var found: RejectedContent?
            try queue.scan { if $0.number == number { found = RejectedContent($0) } }
            return found
        }
    }

    /// Publishes messages again under their first routing keys, to be processed once more. What is rejected again comes
    /// back to the end of the queue.
    ///
    /// - Throws: `ParkedError`.
    public func requeue(_ selection: ParkedSelection) throws -> Requeued {
        try withQueue("rejected requeue") { queue in
            let sender = try ParkedSender(broker, purpose: "rejected requeue")
            defer { sender.close() }
            var unroutable: Set<String> = []
            let (requeued, stayed) = try queue.remove(selection, where: Self.isSelected(by: selection)) { messages in
                try sender.send(messages) { message in
                    let key = RejectedMessage(message.delivery).origin
                    // A key that was no UTF-8 may have grown beyond the longest when it was repaired.
                    guard key.utf8.count <= 255, Names.records.hasQueue(for: key) else {
                        unroutable.insert(key)
                        return nil
                    }
                    return (Names.again, key, RejectedMessage.properties(toRequeue: message.delivery))
                }
            }
            try forgetDeliveryLimit(queue)
            return Requeued(requeued: requeued, stayed: stayed, unroutableKeys: unroutable)
        }
    }

    /// Drops messages for good.
    ///
    /// - Returns: how many.
    /// - Throws: `ParkedError`.
    public func purge(_ selection: ParkedSelection) throws -> Int {
        try withQueue("rejected purge") { queue in
            let count =
                try selection == .all
                ? queue.purge()
                : queue.remove(selection, where: Self.isSelected(by: selection)) { $0.map { _ in true } }.removed
            try forgetDeliveryLimit(queue)
            return count
        }
    }

    /// Ends the alarm of the delivery limit once no message is left that reached it.
    private func forgetDeliveryLimit(_ queue: ParkedQueue) throws {
        let alarm = try ParkedQueue(Names.limitReached, broker: broker, purpose: "rejected")
        defer { alarm.close() }
        guard try alarm.count() > 0 else { return }
        var isLeft = false
        try queue.scan { if RejectedMessage($0.delivery).reason == "delivery-limit" { isLeft = true } }
        if !isLeft { _ = try alarm.purge() }
    }

    private static func isSelected(by selection: ParkedSelection) -> (ParkedMessage) -> Bool {
        { parked in
            let message = RejectedMessage(parked.delivery)
            return message.origin.isKey(of: selection.organization)
                && selection.reason.map { $0 == message.reason } ?? true
        }
    }

    private func withQueue<Answer>(_ purpose: String, _ work: (ParkedQueue) throws -> Answer) throws -> Answer {
        let queue = try ParkedQueue(Names.rejected, broker: broker, purpose: purpose)
        defer { queue.close() }
        return try work(queue)
    }
}

/// A rejected message in a list, without its body.
public struct RejectedEntry: Encodable, Sendable {
    /// Its position in the queue, from 1, the oldest.
    public var number: Int
    @OrNull public var rejectedAt: String?
    public var kind: RejectedMessage.Kind
    public var reason: String
    @OrNull public var field: String?
    @OrNull public var index: Int64?
    @OrNull public var message: String?
    /// Under which it was first published.
    public var routingKey: String
    public var bytes: Int

    init(_ parked: ParkedMessage) {
        let rejected = RejectedMessage(parked.delivery)
        (number, rejectedAt, kind) = (parked.number, rejected.rejectedAt, rejected.kind)
        (reason, field, index) = (rejected.reason, rejected.field, rejected.index)
        (message, routingKey, bytes) = (rejected.message, rejected.origin, parked.delivery.body.count)
    }
}

/// A rejected message with its headers and its body, which is what was published, personal data included.
public struct RejectedContent: Encodable, Sendable {
    public var number: Int
    /// Under which it was first published.
    public var routingKey: String
    @OrNull public var contentType: String?
    public var headers: [String: String]
    /// As text, decompressed; bytes that are not UTF-8 are replaced.
    public var body: String

    init(_ parked: ParkedMessage) {
        (number, routingKey) = (parked.number, RejectedMessage(parked.delivery).origin)
        contentType = parked.delivery.properties.contentType
        headers = parked.delivery.properties.headers.readable.mapValues(\.display)
        let plain = try? EventMessage(parked.delivery).decompressed()
        body = String(decoding: plain ?? parked.delivery.body, as: UTF8.self)
    }
}

extension Rabbit.Argument {
    /// For a person.
    fileprivate var display: String {
        switch self {
        case .text(let text): text
        case .integer(let number): "\(number)"
        case .real(let number): "\(number)"
        case .flag(let flag): "\(flag)"
        case .time(let seconds): "\(seconds) s"
        case .table(let table):
            table.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.display)" }.joined(separator: ", ")
        case .list(let list): list.map(\.display).joined(separator: "; ")
        case .null: ""
        }
    }
}
