/// The total order of the events of one record: by event time, then by `sequence`, then by a hash of what they say.
///
/// The hash only makes the order total; it is of source, id and decoded content, so that an event that is delivered
/// again has the stamp that it had.
public struct Stamp: Sendable {
    /// All values that one event set share it: a record has many of them.
    private final class Parts: Sendable {
        let time: Moment
        let sequence: Exact?
        let hash: UInt64

        init(_ time: Moment, _ sequence: Exact?, _ hash: UInt64) {
            (self.time, self.sequence, self.hash) = (time, sequence, hash)
        }
    }

    private let parts: Parts

    public init(time: Moment, sequence: Exact? = nil, hash: UInt64) { parts = Parts(time, sequence, hash) }

    public var time: Moment { parts.time }
    /// At most 32 bytes, compared byte by byte; none comes before any.
    public var sequence: Exact? { parts.sequence }
    public var hash: UInt64 { parts.hash }
}

extension Stamp: Hashable, Comparable, CustomStringConvertible {
    /// All of it, so that different stamps have different texts.
    public var description: String { "\(time.microseconds) \(sequence?.text ?? "-") \(hash)" }

    public static func == (a: Stamp, b: Stamp) -> Bool {
        a.parts === b.parts || a.hash == b.hash && a.time == b.time && a.sequence == b.sequence
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(time)
        hasher.combine(sequence)
        hasher.combine(hash)
    }

    public static func < (a: Stamp, b: Stamp) -> Bool {
        if a.parts === b.parts { return false }
        if a.time != b.time { return a.time < b.time }
        if a.sequence != b.sequence {
            guard let former = a.sequence else { return true }
            guard let latter = b.sequence else { return false }
            return former < latter
        }
        return a.hash < b.hash
    }
}
