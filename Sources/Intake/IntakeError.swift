/// Why a file of records cannot be used: where, what is wrong, what to do. It names lines and columns, never a value.
public struct IntakeError: Error, Equatable, Sendable {
    public enum Kind: Sendable {
        /// The command does not fit the file: exit code 64.
        case usage
        /// The file itself is wrong, or cannot be read: exit code 65.
        case data
    }

    public var kind: Kind
    /// The file as it was named to us; nothing where the flags alone are wrong.
    public var file: String?
    /// From 1, the header included. A row that goes over several lines has its first.
    public var line: Int?
    public var column: String?
    /// What is wrong, beginning small, without a full stop.
    public var what: String
    /// What to do, a sentence.
    public var advice: String?

    public init(
        _ kind: Kind, file: String? = nil, line: Int? = nil, column: String? = nil, _ what: String,
        advice: String? = nil
    ) {
        (self.kind, self.file, self.line, self.column) = (kind, file, line, column)
        (self.what, self.advice) = (what, advice)
    }
}

extension IntakeError: CustomStringConvertible {
    /// "leads.csv, line 12, column Created: this is not a date. Write it as 2025-12-31 …"
    public var description: String {
        let place = [file, line.map { "line \($0)" }, column.map { "column \($0)" }].compactMap { $0 }
        let head = place.isEmpty ? what : "\(place.joined(separator: ", ")): \(what)"
        return advice.map { "\(head). \($0)" } ?? head
    }
}
