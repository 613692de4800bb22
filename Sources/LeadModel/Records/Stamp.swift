/// The total order of the events of one record: by event time, then by `sequence`, then by a hash of what they say.
///
/// The hash only makes the order total; it is of source, id and decoded content, so that an event that is delivered
/// again has the stamp that it had.
public struct Stamp: Hashable, Comparable, Sendable {
    public var time: Moment
    /// At most 32 bytes, compared byte by byte; none comes before any.
    public var sequence: Exact?
    public var hash: UInt64

    public init(time: Moment, sequence: Exact? = nil, hash: UInt64) {
        (self.time, self.sequence, self.hash) = (time, sequence, hash)
    }

    public static func < (a: Stamp, b: Stamp) -> Bool {
        if a.time != b.time { return a.time < b.time }
        if a.sequence != b.sequence {
            guard let former = a.sequence else { return true }
            guard let latter = b.sequence else { return false }
            return former < latter
        }
        return a.hash < b.hash
    }
}
