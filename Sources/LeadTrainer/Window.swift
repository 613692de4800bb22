import LeadModel

/// Which records are trained on: those created in the months before `asOf`.
struct Window {
    /// Nothing: no record has a date, and none was given.
    let asOf: Moment?
    /// The first UTC day, "2024-11-21".
    let since: String?
    /// Indices of the records within, rising.
    let inside: [Int]

    init(_ records: [TrainingRecord], options: TrainingOptions) {
        let newest = records.lazy.flatMap { [$0.createdAt, $0.closedAt] }.compactMap { $0 }.max()
        guard let asOf = options.asOf ?? newest else {
            (self.asOf, since, inside) = (nil, nil, Array(records.indices))
            return
        }
        let start = asOf.day(monthsBefore: options.windowMonths)
        (self.asOf, since) = (asOf, start.dayText)
        inside = records.indices.filter { index in
            guard let created = records[index].createdAt else { return true }
            return created >= start && created <= asOf
        }
    }
}

extension Moment {
    /// Midnight UTC of the same day of the month so many months earlier, or of that month's last day.
    func day(monthsBefore months: Int) -> Moment {
        let (year, month, day) = date
        let index = year * 12 + month - 1 - months
        let (earlierYear, earlierMonth) = (index / 12, index % 12 + 1)
        let days = (0...3).lazy.compactMap { Moment.days(year: earlierYear, month: earlierMonth, day: day - $0) }.first
        return Moment(microseconds: Int64(days ?? 0) * 86_400_000_000)
    }
}
