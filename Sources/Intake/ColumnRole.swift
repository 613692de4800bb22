/// What a column of a file can be, other than an attribute.
public enum ColumnRole: Sendable, CaseIterable {
    case id, outcome, created, closed, modified, owner, name, stage, stageSince, process, fold
}

/// What a caller can specify about a file of records. An error lists the options that it concerns; a front end names
/// them its own way, such as by a flag.
public enum FileOption: Hashable, Sendable {
    /// The column of a role.
    case column(ColumnRole)
    case positive, missing, exclude, only
    /// The time of records that have none of their own.
    case asOf
}
