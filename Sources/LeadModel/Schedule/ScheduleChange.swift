/// A change of a partition's schedule of what expires.
public struct ScheduleChange: Equatable, Sendable {
    public enum Kind: String, Sendable {
        /// Due then, whatever stood before.
        case set = "="
        /// Due then, unless it stands already.
        case onlyIfAbsent = "+"
        case remove = "-"
    }

    public var kind: Kind
    /// What expires, see `ScheduleMember`.
    public var member: String
    public var due: Moment

    public init(_ kind: Kind, _ member: String, due: Moment = Moment(microseconds: 0)) {
        (self.kind, self.member, self.due) = (kind, member, due)
    }

    init(_ kind: Kind, _ member: ScheduleMember, due: Moment = Moment(microseconds: 0)) {
        self.init(kind, member.text, due: due)
    }

    /// As the commit script reads it: the change, the due time in milliseconds, the member's length in bytes, the member.
    public var text: String { "\(kind.rawValue)\(max(0, due.milliseconds)) \(member.utf8.count):\(member)" }
}
