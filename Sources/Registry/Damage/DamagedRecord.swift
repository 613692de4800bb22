import LeadModel

/// A stored record that can't be read, with the bytes that are stored.
public struct DamagedRecord: Sendable {
    public var place: RecordStore.Place
    /// Empty if not even the bytes can be read, as under a key of another type.
    public var bytes: [UInt8]
    /// It contains no value.
    public var reason: String

    public init(place: RecordStore.Place, bytes: [UInt8], reason: String) {
        (self.place, self.bytes, self.reason) = (place, bytes, reason)
    }

    /// A partition of which not a record but a key is damaged. Its id is empty.
    public init(partition: Partition, reason: String) {
        self.init(place: .init(partition: partition, id: Exact("")), bytes: [], reason: reason)
    }

    /// Identifies the record in logs: FNV-1a of its id, 16 hex digits.
    public static func hash(of id: Exact) -> String {
        let digits = String(FNV1a.hash(id.text), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Its name for operators: "lead/10/00af…", kind, partition and hash of the id.
    public static func name(of place: RecordStore.Place) -> String {
        let part = place.id.text.isEmpty ? "partition" : hash(of: place.id)
        return "\(place.partition.kind.rawValue)/\(place.partition.number)/\(part)"
    }

    public var name: String { Self.name(of: place) }
}

/// Records as loaded, with those that can't be read.
public struct LoadedRecords: Sendable {
    /// Redis's time.
    public var now: Moment
    /// In the order of the places; empty (revision 0) where nothing is stored, or what is stored can't be read.
    public var records: [Record]
    /// By position.
    public var damaged: [Int: DamagedRecord] = [:]

    /// - Throws: `RecordBlob.Damaged` if one can't be read.
    func whole() throws -> (now: Moment, records: [Record]) {
        if let first = damaged.min(by: { $0.key < $1.key })?.value {
            throw RecordBlob.Damaged(
                description: "\(first.place.partition.organization): record \(first.name): \(first.reason)")
        }
        return (now, records)
    }
}
