import LeadModel

/// Why a file of records can't be used: where the fault is, what is wrong, and what to do. It never contains a value.
public struct IntakeError: Error, Equatable, Sendable {
    public enum Kind: Sendable {
        /// The caller's options do not fit the file.
        case usage
        /// The file itself is wrong, or cannot be read.
        case data
    }

    public var kind: Kind
    /// The file's path as the caller gave it; nil if no file is concerned.
    public var file: String?
    /// From 1, the header included. For a row that spans several lines, the first of them.
    public var line: Int?
    public var column: String?
    /// What is wrong: begins with a small letter, without a full stop.
    public var what: String
    /// The options that are wrong, or that correct it.
    public var options: [FileOption]
    /// What to do, a sentence.
    public var advice: String?
    /// The field of a row, from 0, until its column is known.
    var place: Int?
    /// If the file is in another encoding: which it probably is.
    public internal(set) var likelyEncoding: String?
    /// Whether the rest of the file can't be read either, as behind a quote that is left open.
    var endsReading = false
    /// The first of the other rows that can't be read, and how many there are.
    public internal(set) var others: [IntakeError] = []
    public internal(set) var otherCount = 0

    public init(
        _ kind: Kind, file: String? = nil, line: Int? = nil, column: String? = nil, _ what: String,
        options: [FileOption] = [], advice: String? = nil
    ) {
        (self.kind, self.file, self.line, self.column) = (kind, file, line, column)
        (self.what, self.options, self.advice) = (what, options, advice)
    }
}

extension IntakeError: CustomStringConvertible {
    /// "leads.csv, line 12, column Created: this is not a date. Write it as 2025-12-31 …"
    public var description: String { description { _ in nil } }

    /// - Parameter name: the front end's name for an option, such as a flag.
    /// - Returns: "leads.csv: there is no column Title: the column of the record's name (--title). Did you mean …"
    public func description(with name: (FileOption) -> String?) -> String {
        let place = [file, line.map { "line \($0)" }, column.map { "column \($0)" }].compactMap { $0 }
        let names = options.compactMap(name)
        var text = place.isEmpty ? what : "\(place.joined(separator: ", ")): \(what)"
        if !names.isEmpty { text += " (\(names.joined(separator: ", ")))" }
        if let advice { text += ". \(advice)" }
        guard otherCount > 0 else { return text }
        text +=
            "\n\((otherCount + 1).grouped) rows can't be read. The others\(otherCount > others.count ? " begin with" : ""):"
        for other in others {
            let place = [other.line.map { "line \($0)" }, other.column].compactMap(\.self).joined(separator: ", ")
            text += "\n  \(place): \(other.what)"
        }
        return text
    }
}
