/// What a column of a file can be, besides an attribute.
public enum ColumnRole: Sendable, CaseIterable {
    case id, outcome, created, closed, modified, owner, name, stage, stageSince, process, fold
}

/// What a caller says of a file of records, for errors: a front end adds how its user says it.
public enum FileOption: Hashable, Sendable {
    /// The column of a role.
    case column(ColumnRole)
    case positive, missing, exclude, only
    /// The time of records without one of their own.
    case asOf
}
