import LeadModel
import Redis

extension RegistryReader {
    /// Usage is counted in each partition, so that it is committed along with the records, and summed here.
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

    /// The counts of the seven months up to `last`; months without any are left out.
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
        for reply in try redis.runUnlessDamaged(pipeline) where reply.error == nil {
            // Bounded, so that no sum overflows.
            let numbers = (reply.array ?? []).map { min(max(0, $0.text.flatMap { Int($0) } ?? 0), 1 << 50) }
            guard numbers.count == fields.count else {
                throw redis.unexpected(reply, to: "HMGET")
            }
            for (index, month) in months.enumerated() {
                counts[month, default: UsageCount()].records += numbers[index * 2]
                counts[month, default: UsageCount()].scorings += numbers[index * 2 + 1]
            }
        }
        return counts.filter { $0.value != UsageCount() }
    }
}
