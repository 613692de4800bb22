import LeadModel

/// A fixed share of an organization's records of one kind, by the hash of the record's id. `Keyspace` has its keys.
public struct Partition: Hashable, Sendable {
    public let organization: String
    public let kind: RecordKind
    public let number: Int

    public init(organization: String, kind: RecordKind, number: Int) {
        (self.organization, self.kind, self.number) = (organization, kind, number)
    }

    /// The partition of a record: FNV-1a of its id, modulo the number of partitions.
    public init(of recordID: Exact, kind: RecordKind, organization: String, count: Int) {
        self.init(
            organization: organization, kind: kind, number: Int(FNV1a.hash(recordID.text) % UInt64(count)))
    }
}
