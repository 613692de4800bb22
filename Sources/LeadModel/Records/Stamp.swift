/// The total order of the events of one record: by event time, then by `sequence`, then by rank, then by a hash of what
/// they say.
///
/// The hash only makes the order total; it is of source, id and decoded content, so that an event that is delivered
/// again has the stamp that it had. Where it decides, nobody knows which event was the newer one: that is a tie.
public struct Stamp: Sendable {
    /// What comes first when a source gives several events one time: a record is created before it is changed, and a
    /// snapshot that is read before a patch says what changed since. Nothing comes after a deletion.
    public enum Rank: UInt64, CaseIterable, Sendable { case creation, snapshot, patch, removal }

    /// All values that one event set share it: a record has many of them.
    private final class Parts: Sendable {
        let time: Moment
        let sequence: Exact?
        let order: UInt64

        init(_ time: Moment, _ sequence: Exact?, _ order: UInt64) {
            (self.time, self.sequence, self.order) = (time, sequence, order)
        }
    }

    private let parts: Parts

    /// - Parameter order: as stored.
    public init(time: Moment, sequence: Exact? = nil, order: UInt64) { parts = Parts(time, sequence, order) }

    init(time: Moment, sequence: Exact?, rank: Rank, hash: UInt64) {
        self.init(time: time, sequence: sequence, order: rank.rawValue << 62 | hash >> 2)
    }

    public var time: Moment { parts.time }
    /// At most 32 bytes, compared byte by byte; none comes before any.
    public var sequence: Exact? { parts.sequence }
    /// The rank in the two highest bits, then the hash: one comparison, and one word of what is stored.
    public var order: UInt64 { parts.order }

    /// Whether only the hash decides between the two. Equal stamps are of the same event, so they are no tie.
    func isTied(with other: Stamp) -> Bool {
        time == other.time && order >> 62 == other.order >> 62 && order != other.order && sequence == other.sequence
    }
}

extension Stamp: Hashable, Comparable, CustomStringConvertible {
    /// All of it, so that different stamps have different texts.
    public var description: String { "\(time.microseconds) \(sequence?.text ?? "-") \(order)" }

    public static func == (a: Stamp, b: Stamp) -> Bool {
        a.parts === b.parts || a.order == b.order && a.time == b.time && a.sequence == b.sequence
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(time)
        hasher.combine(sequence)
        hasher.combine(order)
    }

    public static func < (a: Stamp, b: Stamp) -> Bool {
        if a.parts === b.parts { return false }
        if a.time != b.time { return a.time < b.time }
        if a.sequence != b.sequence {
            guard let former = a.sequence else { return true }
            guard let latter = b.sequence else { return false }
            return former < latter
        }
        return a.order < b.order
    }
}
