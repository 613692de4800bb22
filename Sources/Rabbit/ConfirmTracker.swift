/// Which publishes of a channel the broker has yet to answer, and which went wrong. Decides, and does no I/O.
///
/// Publishes are numbered from 1. Answers may come in any order and for several at once; a mandatory message that no
/// queue took comes back before its answer, which is then positive.
public struct ConfirmTracker: Sendable {
    /// A publish that did not do what was asked of it.
    public enum Problem: Sendable, Equatable {
        /// The broker would not take the message (a full queue that rejects, an internal error).
        case refused(sequence: UInt64)
        /// No queue took the mandatory message.
        case returned(sequence: UInt64, code: Int, text: String)

        public var sequence: UInt64 {
            switch self {
            case .refused(let sequence), .returned(let sequence, _, _): sequence
            }
        }
    }

    /// A return bears no number: these tell which publish it was. Two that are alike in all of them are told apart
    /// by order, which returns keep.
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
        /// Of a mandatory message that has not come back.
        var route: Route?
    }

    /// From the oldest open publish on; the settled ones before `settledEntries` are cut off now and then.
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

    /// Numbers a publish. `route` is given for mandatory ones only.
    public mutating func published(_ route: Route? = nil) -> UInt64 {
        entries.append(Entry(route: route))
        outstanding += 1
        return last
    }

    /// Notes an answer, with `multiple` for all open ones up to it (0: all). A number that is not open is ignored.
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

    /// Notes a returned message. One that matches no open publish is ignored.
    public mutating func returned(_ route: Route, code: Int, text: String) {
        guard let index = entries[settledEntries...].firstIndex(where: { $0.isOpen && $0.route == route }) else {
            return
        }
        entries[index].route = nil
        problems.append(.returned(sequence: first + UInt64(index), code: code, text: text))
    }

    /// Hands over the problems of some publishes, in their order, once.
    public mutating func takeProblems(in sequences: ClosedRange<UInt64>) -> [Problem] {
        guard !problems.isEmpty else { return [] }
        let taken = problems.filter { sequences.contains($0.sequence) }.sorted { $0.sequence < $1.sequence }
        problems.removeAll { sequences.contains($0.sequence) }
        return taken
    }

    private mutating func advance() {
        while settledEntries < entries.count, !entries[settledEntries].isOpen { settledEntries += 1 }
        // Cutting costs as much as what remains: so only when that is less than what is cut.
        if settledEntries * 2 >= entries.count {
            first += UInt64(settledEntries)
            entries.removeFirst(settledEntries)
            settledEntries = 0
        }
    }
}
