import GRDB
import LeadModel

/// Whether the ledger has done its part of an erasure.
public struct LedgerErasure {
    private let path: String
    /// The offset of the last message in the stream when the registry had erased; -1 if it was empty.
    private let end: Int64

    /// - Throws: `RabbitError`.
    public init(_ options: LedgerOptions) throws {
        path = options.path
        end = try StreamEnd.read(options.broker, patience: options.patience)?.offset ?? -1
    }

    /// - Parameter entity: nil for accounts and contacts, which the ledger does not store.
    /// - Returns: whether the ledger has applied all results of the erasure, has no data of the records any more, and has
    ///   removed it from its file and its log.
    public func isDone(_ ids: [Exact], of organization: String, _ entity: Entity?) throws -> Bool {
        let ledger = try LedgerReader(path)
        defer { ledger.close() }
        let offset = try ledger.read(StreamPosition.read)?.offset ?? -1
        guard offset >= end, try !ledger.isPending(.scrub) else { return false }
        guard let entity else { return true }
        return try ledger.read { db in
            try ids.allSatisfy { id in
                let status = try String.fetchOne(
                    db,
                    sql: """
                        SELECT status FROM records JOIN scopes USING (scope)
                        WHERE organization = ? AND entity = ? AND id = ? AND revision > 0
                        """, arguments: [organization, entity.rawValue, id.text])
                return status == nil || status == RemovedStatus.erased
            }
        }
    }
}
