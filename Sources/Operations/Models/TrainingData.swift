import Intake
import LeadModel
import LeadTrainer
import Registry

/// Where a training's closed records come from.
public enum TrainingData {
    /// Reads a file's records: all of each closed one, and only the stage of each open one.
    ///
    /// - Parameter progress: called with the number of rows that are read.
    /// - Throws: `IntakeError`.
    public static func table(
        of file: RecordFile, options: TrainingOptions, progress: (Int) -> Void
    ) throws -> TrainingTable {
        let table = TrainingTable(options: options)
        var read = 0
        try file.read { record in
            read += 1
            progress(read)
            guard record.outcome != .open else { return table.open.add(record.stageValue) }
            table.add(
                attributes: record.values, isPositive: record.outcome == .positive, createdAt: record.createdAt,
                closedAt: record.closedAt)
        }
        return table
    }

    /// Reads the records that the registry stores for an organization and entity.
    ///
    /// - Parameters:
    ///   - progress: called with the number of records that are read.
    ///   - damaged: called for each record that can't be read, which is left out.
    /// - Throws: `UnknownAttribute`; `UnknownOrganization`; `RedisError`.
    public static func table(
        ofStored entity: Entity, _ organization: String, in deployment: Deployment, options: TrainingOptions,
        progress: (Int) -> Void, damaged: (RecordBlob.Damaged) -> Void
    ) throws -> TrainingTable {
        try deployment.withRedis { redis in
            let settings = try RegistryReader(redis).requiredSettings(of: organization)
            let table = TrainingTable(options: options)
            var read = 0
            try StoredRecords(
                redis, organization: organization, kind: RecordKind(entity), partitions: settings.partitions
            ).read(damaged: damaged) { id, record in
                read += 1
                progress(read)
                table.add(record, id: id)
            }
            if let unknown = table.unknownChoices.first, table.count > 0 { throw UnknownAttribute(name: unknown) }
            return table
        }
    }

    /// No closed record has an attribute that the options exclude or select.
    public struct UnknownAttribute: Error, Equatable {
        public let name: String
    }
}
