import LeadModel

extension RecordBlob {
    /// How many bytes a record's values, stamps and floors take when they are stored: at most this many, and fewer by about
    /// five for each of them. The score and the latest notice are not counted, since no event brings them.
    public static func size(of record: Record) -> Int {
        var size = 32 + (record.deleted?.storedSize ?? 0)
        for floor in record.floors.entries { size += 6 + floor.value.storedSize }
        // Read in place: every event that is stored comes through here.
        record.cells.entries.withUnsafeBufferPointer { cells in
            for place in cells.indices {
                size += 7 + cells[place].value.value.storedSize
                // Neighbours mostly come from one event, whose stamp is stored once.
                if place == 0 || cells[place].value.stamp != cells[place - 1].value.stamp {
                    size += cells[place].value.stamp.storedSize
                }
            }
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
