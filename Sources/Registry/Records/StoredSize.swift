import LeadModel

extension RecordBlob {
    /// How many bytes a record's values, stamps and floors take when they are stored: at most this many, and fewer by about
    /// five for each of them. The score and the latest notice are not counted, since no event brings them.
    public static func size(of record: Record) -> Int {
        var size = 32
        var last: Stamp?
        func count(_ stamp: Stamp) {
            // Neighbours mostly come from one event, whose stamp is stored once.
            if stamp != last { size += stamp.storedSize }
            last = stamp
        }
        if let deleted = record.deleted { count(deleted) }
        for floor in record.floors.entries {
            size += 6
            count(floor.value)
        }
        for cell in record.cells.entries {
            size += 6 + cell.value.value.storedSize + (cell.value.adjustment == nil ? 0 : 1)
            count(cell.value.stamp)
        }
        return size
    }
}

extension Stamp {
    fileprivate var storedSize: Int { 20 + (sequence?.text.utf8.count ?? 0) }
}

extension Value? {
    fileprivate var storedSize: Int {
        switch self {
        case nil, .flag: 1
        case .number: 11
        case .text(let text): 4 + text.utf8.count
        case .list(let entries): entries.reduce(4) { $0 + 4 + $1.utf8.count }
        }
    }
}
