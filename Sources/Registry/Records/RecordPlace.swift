import LeadModel

extension RecordStore {
    /// Where a record is stored.
    public struct Place: Hashable, Sendable {
        public var partition: Partition
        public var id: Exact

        public init(partition: Partition, id: Exact) { (self.partition, self.id) = (partition, id) }

        /// - Parameter partitions: the organization's number of partitions a kind.
        public init(of id: Exact, kind: RecordKind, organization: String, partitions: Int) {
            self.init(
                partition: Partition(of: id, kind: kind, organization: organization, count: partitions), id: id)
        }
    }
}
