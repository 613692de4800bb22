import LeadModel

/// Which records are trained on: those created in the months before `asOf`. A date ahead of now decides nothing about it.
struct TrainingWindow {
    /// Nil: no record has a date, and none was given.
    let asOf: Moment?
    /// The first UTC day, "2024-11-21".
    let since: String?
    /// Indices of the records within, rising.
    let inside: [Int]

    /// - Parameters:
    ///   - created: by record.
    ///   - closed: by record.
    init(
        count: Int, created: (Int) -> Moment?, closed: (Int) -> Moment?, options: TrainingOptions
    ) {
        let latest = options.now.latestPastDate
        var newest: Moment?
        for index in 0..<count {
            for date in [created(index), closed(index)].compactMap(\.self) where date <= latest {
                newest = max(newest ?? date, date)
            }
        }
        guard let asOf = options.asOf ?? newest else {
            (self.asOf, since, inside) = (nil, nil, Array(0..<count))
            return
        }
        let start = asOf.day(monthsBefore: options.windowMonths)
        (self.asOf, since) = (asOf, start.dayText)
        inside = (0..<count).filter { index in
            guard let created = created(index) else { return true }
            return created >= start && created <= asOf
        }
    }

    init(_ table: TrainingTable) {
        self.init(count: table.count, created: table.createdAt, closed: table.closedAt, options: table.options)
    }

    init(_ records: [TrainingRecord], options: TrainingOptions) {
        self.init(
            count: records.count, created: { records[$0].createdAt }, closed: { records[$0].closedAt },
            options: options)
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
