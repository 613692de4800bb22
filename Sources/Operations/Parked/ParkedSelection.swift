/// Which messages of a parked queue an operator means: all conditions that are set must hold.
public struct ParkedSelection: Equatable, Sendable {
    /// Positions in the queue, from 1, the oldest. nil selects all positions.
    public var numbers: Set<Int>?
    public var organization: String?
    /// A code of the contract. Only rejected messages have one.
    public var reason: String?

    public init(numbers: Set<Int>? = nil, organization: String? = nil, reason: String? = nil) {
        (self.numbers, self.organization, self.reason) = (numbers, organization, reason)
    }

    /// Selects all messages.
    public static let all = ParkedSelection()

    func contains(_ number: Int) -> Bool { numbers?.contains(number) ?? true }
}

/// The first messages of a parked queue that match, and how many match in all.
public struct ParkedPage<Entry: Encodable & Sendable>: Sendable {
    public var entries: [Entry] = []
    public var count = 0

    mutating func add(_ entry: Entry, limit: Int) {
        count += 1
        if entries.count < limit { entries.append(entry) }
    }
}

public enum ParkedError: Error, Equatable {
    /// Nothing was changed.
    case noSuchMessage(number: Int, queue: String, count: Int)
    /// The broker accepts no messages at the moment, for example because memory or disk is low. What was already
    /// published stays published.
    case brokerBlocked(reason: String)
}

extension String {
    /// Whether a routing key belongs to an organization; nil matches all.
    func isKey(of organization: String?) -> Bool { organization.map { hasPrefix($0 + ".") } ?? true }
}
