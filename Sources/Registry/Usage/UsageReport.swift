import LeadModel

/// The number of records scored in a month, each counted once, and of their scorings.
public struct UsageCount: Equatable, Sendable {
    public var records: Int
    public var scorings: Int

    public init(records: Int = 0, scorings: Int = 0) { (self.records, self.scorings) = (records, scorings) }
}

/// An organization's usage in the present month and the six before it.
public struct UsageReport: Equatable, Sendable {
    public struct MonthLine: Equatable, Sendable {
        public var month: Month
        public var count: UsageCount
        public var isExceeded: Bool
    }

    public var limit: Int?
    /// Seven months, the oldest first.
    public var months: [MonthLine]
    /// Mean records a month over those of the last six full months with any scoring; nil if there is none.
    public var average: Double?

    public var present: MonthLine { months[months.count - 1] }

    public init(counts: [Month: UsageCount], now: Month, limit: Int?) {
        self.limit = limit
        months = (0...6).reversed().map { ago in
            let month = now.earlier(by: ago)
            let count = counts[month] ?? UsageCount()
            return MonthLine(month: month, count: count, isExceeded: limit.map { count.records > $0 } ?? false)
        }
        let used = months.dropLast().map(\.count).filter { $0.scorings > 0 }
        average = used.isEmpty ? nil : Double(used.map(\.records).reduce(0, +)) / Double(used.count)
    }
}
