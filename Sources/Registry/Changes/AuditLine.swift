import LeadModel
import Redis

/// One change of an organization's registry, or one erasure or export: by which user, and when.
public struct AuditLine: Equatable, Sendable {
    public var at: Moment
    /// The command, such as `model publish`.
    public var action: String
    /// The kind of record; empty for a change of the organization's settings.
    public var entity: String
    public var author: String
    public var detail: String

    /// Lines that an organization's log keeps, about: the newest. With `mostBytes` of each text it stays below 20 MB.
    static let most = 10_000
    /// Of the author and of the detail.
    static let mostBytes = 1000

    /// The beginning of a text that is too long for a line.
    static func shortened(_ text: String) -> String {
        guard text.utf8.count > mostBytes else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: mostBytes)
        while String(text.utf8[..<end]) == nil { end = text.utf8.index(before: end) }
        return String(text.utf8[..<end]) ?? ""
    }

    init?(_ entry: Reply) {
        guard let parts = entry.array, parts.count == 2, let id = parts[0].text,
            let time = id.split(separator: "-").first.flatMap({ Int64($0) }),
            let texts = parts[1].array?.compactMap(\.text), texts.count == 8
        else { return nil }
        at = Moment(milliseconds: time)
        (action, entity, author, detail) = (texts[1], texts[3], texts[5], texts[7])
    }
}
