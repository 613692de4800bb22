/// What a column of a file can be, other than an attribute.
public enum ColumnRole: Sendable, CaseIterable {
    case id, outcome, created, closed, modified, owner, name, stage, stageSince, process, fold
}

/// What a caller states about a file of records. Errors name these; a front end adds its own name, such as a flag.
public enum FileOption: Hashable, Sendable {
    /// The column of a role.
    case column(ColumnRole)
    case positive, missing, exclude, only
    /// The time of records without one of their own.
    case asOf
}
