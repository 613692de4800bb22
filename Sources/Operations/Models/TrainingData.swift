import Intake
import LeadModel
import LeadTrainer
import Registry

/// Where a training's closed records come from.
public enum TrainingData {
    /// Reads a file's records: all of each closed one, and only the stage of each open one.
    ///
    /// - Parameters:
    ///   - scope: records outside it are left out.
    ///   - progress: called with the number of rows that are read.
    /// - Throws: `IntakeError`; `UnknownAttribute`.
    public static func table(
        of file: RecordFile, in scope: ModelScope = .everything, options: TrainingOptions, progress: (Int) -> Void
    ) throws -> TrainingTable {
        let table = TrainingTable(options: options)
        var read = 0
        let isInScope = filter(scope)
        var unseen = scope.attributes
        try file.read { record in
            read += 1
            progress(read)
            if !unseen.isEmpty { for (name, _) in record.attributes { unseen.remove(name) } }
            guard isInScope(record) else { return }
            guard record.outcome != .open else { return table.open.add(record.stageValue) }
            table.add(
                attributes: record.values, isPositive: record.outcome == .positive, createdAt: record.createdAt,
                closedAt: record.closedAt)
        }
        if let unknown = unseen.min() { throw UnknownAttribute(name: unknown.text, isOfFilter: true) }
        return table
    }

    /// Whether a row is in the scope. It is read as training reads it; ages are as of its end.
    private static func filter(_ scope: ModelScope) -> (FileRecord) -> Bool {
        if scope.isEverything { return { _ in true } }
        let prepared = PreparedScope(scope)
        let read = scope.names
        let stamp = Stamp(time: Moment(microseconds: 0), order: 0)
        return { row in
            var record = Record()
            func put(_ field: Field, _ value: Value?) {
                if let value { record.cells[field] = .init(stamp: stamp, value: value) }
            }
            for (name, value) in row.values where read.contains(name) { put(.attribute(AttributeName(name)), value) }
            put(.owner, row.owner.map { .text($0) })
            put(.createdAt, row.createdAt.map { .number(Double($0.milliseconds)) })
            return prepared.contains(record, RelatedEntities(), at: row.closedAt ?? row.modifiedAt ?? .present)
        }
    }

    /// Reads the records that the registry stores for an organization and entity.
    ///
    /// - Parameters:
    ///   - scope: records outside it are left out; ages are as of their end.
    ///   - progress: called with the number of records that are read.
    ///   - damaged: called for each record that can't be read, which is left out.
    /// - Throws: `UnknownAttribute`; `UnknownOrganization`; `RedisError`.
    public static func table(
        ofStored entity: Entity, _ organization: String, in deployment: Deployment,
        scope: ModelScope = .everything, options: TrainingOptions, progress: (Int) -> Void,
        damaged: (RecordBlob.Damaged) -> Void
    ) throws -> TrainingTable {
        try deployment.withRedis { redis in
            let settings = try RegistryReader(redis).requiredSettings(of: organization)
            let table = TrainingTable(options: options)
            var read = 0
            let prepared = PreparedScope(scope)
            var unseen = scope.attributes
            try StoredRecords(
                redis, organization: organization, kind: RecordKind(entity), partitions: settings.partitions
            ).read(damaged: damaged) { id, record in
                read += 1
                progress(read)
                unseen = unseen.filter { record.value(.attribute(AttributeName($0))) == nil }
                let end = record.closedAt ?? record.newestEvent ?? .present
                guard prepared.contains(record, RelatedEntities(), at: end) else { return }
                table.add(record, id: id)
            }
            if let unknown = unseen.min() { throw UnknownAttribute(name: unknown.text, isOfFilter: true) }
            if let unknown = table.unknownChoices.first, table.count > 0 { throw UnknownAttribute(name: unknown) }
            return table
        }
    }

    /// No record has an attribute that the options exclude or select, or that the filter reads.
    public struct UnknownAttribute: Error, Equatable {
        public let name: String
        public var isOfFilter = false
    }
}
