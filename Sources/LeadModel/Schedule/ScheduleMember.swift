/// What an entry of a partition's schedule stands for, and how it is written there.
public enum ScheduleMember: Hashable, Sendable {
    /// The record as a whole: `r:<id>`.
    case record(Exact)
    /// The null tombstones of a record: `m:<id>`.
    case nullTombstones(Exact)
    /// The index entry of a record under an account or contact that it no longer names: `n:<kind>:<related id>\n<id>`. No
    /// id holds a control character.
    case referrer(kind: RecordKind, related: Exact, by: Exact)
    /// The counters of a day: `d:2026-11-21`.
    case day(String)

    public var text: String {
        switch self {
        case .record(let id): "r:" + id.text
        case .nullTombstones(let id): "m:" + id.text
        case .referrer(let kind, let related, let id): "n:\(kind.rawValue):\(related.text)\n\(id.text)"
        case .day(let day): "d:" + day
        }
    }

    /// Nil if the text is none that `text` gave.
    public init?(_ text: String) {
        // By bytes: a colon and a combining mark behind it are one Character.
        let bytes = text.utf8
        func part(_ range: some RangeExpression<String.Index>) -> Exact {
            Exact(String(decoding: bytes[range], as: UTF8.self))
        }
        guard bytes.count >= 2 else { return nil }
        let start = bytes.index(bytes.startIndex, offsetBy: 2)
        switch part(..<start) {
        case "r:": self = .record(part(start...))
        case "m:": self = .nullTombstones(part(start...))
        case "d:": self = .day(part(start...).text)
        case "n:":
            guard let colon = bytes[start...].firstIndex(of: UInt8(ascii: ":")),
                let line = bytes[colon...].firstIndex(of: 10), let kind = RecordKind(rawValue: part(start..<colon).text)
            else { return nil }
            self = .referrer(
                kind: kind, related: part(bytes.index(after: colon)..<line), by: part(bytes.index(after: line)...))
        default: return nil
        }
    }

    /// Nil of a day's counters.
    public var id: Exact? {
        switch self {
        case .record(let id), .nullTombstones(let id), .referrer(_, _, let id): id
        case .day: nil
        }
    }
}
