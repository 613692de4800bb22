import LeadModel

/// What a result left and what it changed: its body says the same as its routing key.
struct ResultTransition {
    /// The grade before it; nil if there was none.
    let from: Grade?
    /// Names of members of `data`.
    let changed: [String]

    init(_ scoring: Scoring) {
        from = scoring.previousGrade
        changed = ["score"] + (from == scoring.grade ? [] : ["grade"]) + Self.names(scoring.changes)
    }

    init(_ notice: Notice) {
        from = notice.left ?? notice.grade
        let grades = notice.kind == .unscored ? ["score", "grade"] : notice.left == nil ? [] : ["grade"]
        changed = grades + Self.names(notice.changes)
    }

    private static func names(_ changes: ShownChanges) -> [String] {
        let all: [(ShownChanges, String)] = [
            (.status, "status"), (.owner, "owner"), (.name, "name"), (.stage, "stage"), (.process, "process"),
            (.related, "related"), (.createdAt, "createdAt"), (.closedAt, "closedAt"),
        ]
        return all.filter { changes.contains($0.0) }.map(\.1)
    }
}
