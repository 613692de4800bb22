/// Which parts of what a view shows of a record, besides its score, a commit changed. A result says so, and says the same
/// when it is published again: it is stored with the scoring or notice.
public struct ShownChanges: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Also that the record went or came back.
    public static let status = ShownChanges(rawValue: 1)
    public static let owner = ShownChanges(rawValue: 2)
    public static let name = ShownChanges(rawValue: 4)
    public static let stage = ShownChanges(rawValue: 8)
    public static let process = ShownChanges(rawValue: 16)
    public static let related = ShownChanges(rawValue: 32)
    public static let createdAt = ShownChanges(rawValue: 64)
    public static let closedAt = ShownChanges(rawValue: 128)
}
