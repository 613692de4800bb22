import Foundation

/// When a daily sweep is due: a time of day in a time zone.
///
/// Each local day has exactly one due time: the first instant at which the local clock shows that time or a later one of
/// that day. So a time that is skipped counts as the next valid instant, and a doubled one as its first. A day that a
/// zone leaves out altogether, as Samoa did in 2011, has none. The rules of zones are those that come with Foundation.
public struct DailyTime: Sendable {
    private let secondOfDay: Int64
    private let zone: TimeZone

    /// Nil if either cannot be read.
    ///
    /// - Parameters:
    ///   - time: "HH:MM".
    ///   - zone: an IANA name.
    public init?(_ time: String, zone: String) {
        let parts = time.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard time.utf8.count == 5, parts.count == 2, let hour = parts[0], let minute = parts[1],
            (0..<24).contains(hour), (0..<60).contains(minute), let zone = TimeZone(identifier: zone)
        else { return nil }
        secondOfDay = hour * 3600 + minute * 60
        self.zone = zone
    }

    /// The last due time at `now` or before.
    ///
    /// - Parameter made: when the organization was made: what was due then or before does not count.
    public func last(at now: Moment, after made: Moment) -> Moment? {
        let today = localDay(now)
        for day in stride(from: today + 1, through: today - 3, by: -1) {
            if let due = due(day), due <= now { return due > made ? due : nil }
        }
        return nil
    }

    /// The first due time after `now`.
    public func next(after now: Moment) -> Moment {
        let yesterday = localDay(now) - 1
        // Nothing is due after the last day that a moment can name.
        return (yesterday...yesterday + 7).lazy.compactMap(due).first { $0 > now } ?? .latest
    }

    /// What the local clock shows, to the minute: "2026-11-22 03:00".
    public func localText(_ moment: Moment) -> String {
        let text = moment.adding(seconds: offset(moment.second)).text
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }

    /// The due time of a local day, counted from 1970-01-01; nil for a day that does not exist.
    private func due(_ day: Int64) -> Moment? {
        let midnight = first(showing: day * Self.day)
        guard midnight + offset(midnight) < (day + 1) * Self.day else { return nil }
        return Moment(microseconds: first(showing: day * Self.day + secondOfDay) * 1_000_000)
    }

    private static let (hour, day): (Int64, Int64) = (3600, 86_400)
    /// No zone was ever farther from UTC.
    private static let farthest = 16 * hour

    /// The first second at which the local clock shows `local` (seconds since 1970-01-01 on it) or later.
    private func first(showing local: Int64) -> Int64 {
        var at = local - Self.farthest
        // The clock runs evenly between the changes of its offset; no two are within an hour of each other.
        while true {
            let (offset, next) = (offset(at), at + Self.hour)
            let end = self.offset(next) == offset ? next : change(between: at, and: next)
            if local - offset < end { return max(at, local - offset) }
            at = end
        }
    }

    /// The first second after `start` with another offset, which `end` has.
    private func change(between start: Int64, and end: Int64) -> Int64 {
        var (before, after) = (start, end)
        while after - before > 1 {
            let middle = (before + after) / 2
            if offset(middle) == offset(start) { before = middle } else { after = middle }
        }
        return after
    }

    private func localDay(_ moment: Moment) -> Int64 {
        let local = moment.second + offset(moment.second)
        return local >= 0 ? local / Self.day : -((Self.day - 1 - local) / Self.day)
    }

    /// Of the local clock from UTC, in seconds.
    private func offset(_ second: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }
}

extension Moment {
    /// Whole seconds since 1970.
    fileprivate var second: Int64 { milliseconds >= 0 ? milliseconds / 1000 : -((999 - milliseconds) / 1000) }
}
