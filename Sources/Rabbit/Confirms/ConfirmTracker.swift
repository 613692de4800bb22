/// Tracks which publishes of a channel are unanswered and which failed. A value without I/O.
///
/// Publishes are numbered from 1. Answers may come in any order and for several at once. A mandatory message that was
/// routed to no queue is returned before its answer, which is then positive.
public struct ConfirmTracker: Sendable {
    /// Why a publish failed.
    public enum Problem: Sendable, Equatable {
        /// The broker rejected the message (a full queue, an internal error).
        case refused(sequence: UInt64)
        /// The mandatory message was routed to no queue.
        case returned(sequence: UInt64, code: Int, text: String)

        public var sequence: UInt64 {
            switch self {
            case .refused(let sequence), .returned(let sequence, _, _): sequence
            }
        }
    }

    /// A returned message has no number: these fields identify its publish. Returns keep the order of their publishes,
    /// which distinguishes two with equal fields.
    public struct Route: Sendable, Equatable {
        public var exchange: String
        public var routingKey: String
        public var messageID: String?

        public init(exchange: String, routingKey: String, messageID: String?) {
            self.exchange = exchange
            self.routingKey = routingKey
            self.messageID = messageID
        }
    }

    private struct Entry {
        var isOpen = true
        /// Set for a mandatory message that was not returned.
        var route: Route?
    }

    /// The publishes, of which the first `settledEntries` are answered and removed from time to time.
    private var entries: [Entry] = []
    private var settledEntries = 0
    /// The sequence of `entries[0]`.
    private var first: UInt64 = 1
    private var problems: [Problem] = []

    /// How many publishes have no answer yet.
    public private(set) var outstanding = 0

    public init() {}

    /// The number of the last publish; 0 before the first.
    public var last: UInt64 { first + UInt64(entries.count) - 1 }

    /// The oldest publish without an answer; nil if all have one.
    public var oldest: UInt64? { outstanding == 0 ? nil : first + UInt64(settledEntries) }

    /// True if every publish up to `sequence` has its answer.
    public func isSettled(through sequence: UInt64) -> Bool { oldest.map { $0 > sequence } ?? true }

    /// The publishes among some that have no answer, in their order.
    public func open(in sequences: ClosedRange<UInt64>) -> [UInt64] {
        let known = sequences.clamped(to: first...max(first, last))
        return known.filter { sequences.contains($0) && $0 <= last && entries[Int($0 - first)].isOpen }
    }

    /// Whether a later publish than `sequence` has its answer.
    public func isOvertaken(_ sequence: UInt64) -> Bool {
        let next = max(sequence + 1, first)
        return next <= last && entries[Int(next - first)...].contains { !$0.isOpen }
    }

    /// Numbers a publish. `route` is given for mandatory ones only.
    public mutating func published(_ route: Route? = nil) -> UInt64 {
        entries.append(Entry(route: route))
        outstanding += 1
        return last
    }

    /// Notes an answer, with `multiple` for all open publishes up to it (0: all). An unknown number is ignored.
    public mutating func confirmed(_ sequence: UInt64, multiple: Bool, positive: Bool) {
        let sequence = multiple && sequence == 0 ? last : sequence
        guard sequence >= first, sequence <= last else { return }
        let index = Int(sequence - first)
        let from = multiple ? settledEntries : index
        guard from <= index else { return }
        for position in from...index where entries[position].isOpen {
            entries[position].isOpen = false
            entries[position].route = nil
            outstanding -= 1
            if !positive { problems.append(.refused(sequence: first + UInt64(position))) }
        }
        advance()
    }

    /// Notes a returned message; ignored if it matches no open publish.
    public mutating func returned(_ route: Route, code: Int, text: String) {
        guard let index = entries[settledEntries...].firstIndex(where: { $0.isOpen && $0.route == route }) else {
            return
        }
        entries[index].route = nil
        problems.append(.returned(sequence: first + UInt64(index), code: code, text: text))
    }

    /// Removes and returns the problems of some publishes, in their order.
    public mutating func takeProblems(in sequences: ClosedRange<UInt64>) -> [Problem] {
        guard !problems.isEmpty else { return [] }
        let taken = problems.filter { sequences.contains($0.sequence) }.sorted { $0.sequence < $1.sequence }
        problems.removeAll { sequences.contains($0.sequence) }
        return taken
    }

    private mutating func advance() {
        while settledEntries < entries.count, !entries[settledEntries].isOpen { settledEntries += 1 }
        // Removing costs as much as what remains, so it waits until less remains than is removed.
        if settledEntries * 2 >= entries.count {
            first += UInt64(settledEntries)
            entries.removeFirst(settledEntries)
            settledEntries = 0
        }
    }
}
