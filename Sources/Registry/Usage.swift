import LeadModel
import Redis

/// What was scored in a month: records, each counted once, and scorings, each counted.
public struct UsageCount: Equatable, Sendable {
    public var records: Int
    public var scorings: Int

    public init(records: Int = 0, scorings: Int = 0) { (self.records, self.scorings) = (records, scorings) }
}

/// An organization's usage as of a month: the panel of it.
public struct UsageReport: Equatable, Sendable {
    public struct MonthLine: Equatable, Sendable {
        public var month: Month
        public var count: UsageCount
        public var isExceeded: Bool
    }

    public var limit: Int?
    /// Seven months, the oldest first, the present one last.
    public var months: [MonthLine]
    /// Records a month, over those of the last six full months in which it was in use; nothing if in none.
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

extension Registry {
    /// Usage is kept per partition, beside the records that it counts, and summed when it is read.
    ///
    /// - Parameter entities: which of them count.
    public func usage(of organization: String, entities: [Entity], settings: OrganizationSettings) throws -> UsageReport
    {
        let now = try now().month
        var counts: [Month: UsageCount] = [:]
        for entity in entities {
            for (month, count) in try usage(of: organization, entity, partitions: settings.partitions, upTo: now) {
                counts[month, default: UsageCount()].records += count.records
                counts[month, default: UsageCount()].scorings += count.scorings
            }
        }
        return UsageReport(counts: counts, now: now, limit: settings.limit)
    }

    /// What was counted in the seven months up to one, by month; nothing of a month in which nothing was.
    func usage(
        of organization: String, _ entity: Entity, partitions: Int, upTo last: Month
    ) throws -> [Month: UsageCount] {
        let months = (0...6).map(last.earlier(by:))
        let fields = months.flatMap { ["\($0.text):records", "\($0.text):scorings"] }
        var pipeline = Pipeline()
        for number in 0..<partitions {
            pipeline.begin("HMGET", parts: 2 + fields.count)
            pipeline.append(Partition(organization: organization, kind: RecordKind(entity), number: number).usage)
            for field in fields { pipeline.append(field) }
        }
        var counts: [Month: UsageCount] = [:]
        for reply in try redis.runAll(pipeline) {
            let numbers = (reply.array ?? []).map { $0.text.flatMap { Int($0) } ?? 0 }
            guard numbers.count == fields.count else {
                throw RedisError.unexpected(command: "HMGET", reply: reply.shape)
            }
            for (index, month) in months.enumerated() {
                counts[month, default: UsageCount()].records += numbers[index * 2]
                counts[month, default: UsageCount()].scorings += numbers[index * 2 + 1]
            }
        }
        return counts.filter { $0.value != UsageCount() }
    }
}
