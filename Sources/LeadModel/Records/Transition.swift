/// What the routing key of a result says of it. A consumer may have bound some transitions alone.
public struct Transition: Hashable, Sendable {
    public enum What: Hashable, Sendable {
        case scored(Trend)
        case notice(Notice.Kind)
    }

    /// As of the result; nil if the record was never scored.
    public var grade: Grade?
    /// Before it; nil if there was none.
    public var from: Grade?
    public var what: What

    /// A record remembers so many. The longest forgotten was committed before eight that differ.
    public static let mostSuperseded = 8

    public init(grade: Grade?, from: Grade?, what: What) { (self.grade, self.from, self.what) = (grade, from, what) }

    public init(_ scoring: Scoring) {
        self.init(grade: scoring.grade, from: scoring.previousGrade, what: .scored(scoring.trend))
    }

    public init(_ notice: Notice) {
        self.init(grade: notice.grade, from: notice.left ?? notice.grade, what: .notice(notice.kind))
    }
}

extension Record {
    /// Those of its current scoring and its latest notice.
    public var transitions: [Transition] {
        [scoring.map { Transition($0) }, notice.map { Transition($0) }].compactMap(\.self)
    }

    /// Remembers the transitions of the results that a commit replaces. The lane that committed one of them may have died
    /// before it published it, and nobody else knows of it.
    mutating func noteSuperseded(from base: Record) {
        let (former, current) = (base.superseded + base.transitions, transitions)
        guard !former.isEmpty else { return }
        var kept: [Transition] = []
        for one in former.reversed() where !current.contains(one) && !kept.contains(one) { kept.append(one) }
        superseded = kept.prefix(Transition.mostSuperseded).reversed()
    }
}
