/// A change of a partition's schedule of what expires.
public struct Scheduled: Equatable, Sendable {
    public enum Change: String, Sendable {
        /// Due then, whatever stood before.
        case set = "="
        /// Due then, unless it stands already.
        case onlyIfAbsent = "+"
        case remove = "-"
    }

    public var change: Change
    /// What expires, see `ScheduleMember`.
    public var member: String
    public var due: Moment

    public init(_ change: Change, _ member: String, due: Moment = Moment(microseconds: 0)) {
        (self.change, self.member, self.due) = (change, member, due)
    }

    init(_ change: Change, _ member: ScheduleMember, due: Moment = Moment(microseconds: 0)) {
        self.init(change, member.text, due: due)
    }

    /// As the commit script reads it: the change, the due time in milliseconds, the member's length in bytes, the member.
    public var text: String { "\(change.rawValue)\(max(0, due.milliseconds)) \(member.utf8.count):\(member)" }
}
