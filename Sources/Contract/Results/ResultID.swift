import LeadModel

/// What identifies a result: the commit of one record. A lead and an opportunity can have one id and, committed together,
/// one revision, so the kind is a part of it.
public struct ResultID: Hashable, Sendable, CustomStringConvertible {
    public var kind: RecordKind
    public var record: Exact
    public var revision: UInt64

    public init(_ kind: RecordKind, _ record: Exact, _ revision: UInt64) {
        (self.kind, self.record, self.revision) = (kind, record, revision)
    }

    /// `<entity>/<record id>:<revision>`, as the contract spells it.
    public var description: String { "\(kind.rawValue)/\(record.text):\(revision)" }

    /// Nil for a text that no result has. A record id may contain slashes and colons.
    public init?(_ text: String) {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")),
            let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")), slash < colon,
            let kind = RecordKind(rawValue: String(text[..<slash])),
            let revision = UInt64(text[text.utf8.index(after: colon)...])
        else { return nil }
        self.init(kind, Exact(String(text[text.utf8.index(after: slash)..<colon])), revision)
    }
}
