import ArgumentParser
import LeadModel

/// The point in time that a flag gives: a day, a month, a moment, or a number of days ago.
enum PointInTime: ExpressibleByArgument {
    case moment(Moment)
    /// A day or month in UTC, in microseconds.
    case span(Range<Int64>)
    case daysAgo(Int)

    static let help = "2026-11-01, 2026-11, a time such as 2026-11-01T09:30:00Z, or 7d for seven days ago"

    init?(argument: String) {
        if argument.hasSuffix("d"), let days = Int(argument.dropLast()), (0...36_500).contains(days) {
            self = .daysAgo(days)
        } else if argument.utf8.count == 7, let month = Month(argument) {
            self = .span(month.earlier(by: 1).end.microseconds..<month.end.microseconds)
        } else if let moment = Moment(inFile: argument) {
            self =
                argument.utf8.count == 10
                ? .span(moment.microseconds..<moment.adding(days: 1).microseconds) : .moment(moment)
        } else {
            return nil
        }
    }

    /// For `--since`: the first moment of a day or month.
    func start(_ now: Moment) -> Moment {
        switch self {
        case .moment(let moment): moment
        case .span(let span): Moment(microseconds: span.lowerBound)
        case .daysAgo(let days): now.adding(days: -days)
        }
    }

    /// For `--until`: the last moment of a day or month.
    func end(_ now: Moment) -> Moment {
        if case .span(let span) = self { Moment(microseconds: span.upperBound - 1) } else { start(now) }
    }
}
