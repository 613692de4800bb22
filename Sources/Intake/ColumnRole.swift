/// What a column of a file can be, other than an attribute.
public enum ColumnRole: Sendable, CaseIterable {
    case id, outcome, created, closed, modified, owner, name, stage, stageSince, process, fold
}

/// What a caller can specify about a file of records. An error lists the options that it concerns; a front end names
/// them its own way, such as by a flag.
public enum FileOption: Hashable, Sendable {
    /// The column of a role.
    case column(ColumnRole)
    /// What the values of the outcome's column mean, and those of other columns.
    case positive, negative, open, positiveWhen, negativeWhen, openWhen
    case missing, exclude, only
    /// How the bytes of the file are text, and what separates the fields of a CSV file.
    case encoding, delimiter
    /// The time of records that have none of their own.
    case asOf
}
