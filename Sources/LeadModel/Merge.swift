extension Record {
    /// Folds events in. The end is the same in whatever order they come and however often.
    ///
    /// Per field the highest stamp wins. A snapshot is a floor for the prefixes that it speaks for: what is older goes.
    /// A null leaves a mark of its time, so that an older value stays away. A deletion is a floor under everything, and
    /// the record comes back only by a later snapshot. Erased is for good: nothing is kept, whatever still arrives.
    public mutating func merge(_ events: some Sequence<RecordEvent>) {
        for event in events where !isErased {
            if event.kind == .erase {
                erase()
                return
            }
            creationSeen = creationSeen || event.verb.isCreation
            if event.kind == .delete { deleted = max(deleted ?? event.stamp, event.stamp) }
            if event.kind == .snapshot {
                for prefix in event.prefixesSpokenFor {
                    floors[prefix] = max(floors[prefix] ?? event.stamp, event.stamp)
                }
            }
            cells.merge(event)
        }
        removeOvertaken()
    }

    private mutating func removeOvertaken() {
        var newestFloor: Stamp?
        for floor in floors.entries { newestFloor = max(newestFloor ?? floor.value, floor.value) }
        // Most cells lie under no floor at all: no need to look for theirs, nor to move any.
        let cells = cells.entries
        let isAnyUnderOne = cells.indices.contains { place in
            if let deleted, cells[place].value.stamp <= deleted { return true }
            return newestFloor.map { cells[place].value.stamp < $0 || cells[place].value.value == nil } ?? false
        }
        guard isAnyUnderOne else { return }
        self.cells = SortedTable(rising: cells.filter { !isOvertaken($0.key, $0.value) })
    }

    private func isOvertaken(_ field: Field, _ cell: Cell) -> Bool {
        if let deleted, cell.stamp <= deleted { return true }
        guard let prefix = field.prefix, let floor = floors[prefix] else { return false }
        // A null at its own floor says what the floor says already.
        return cell.stamp < floor || (cell.stamp == floor && cell.value == nil)
    }

    /// What is left is a tombstone that no later event changes.
    private mutating func erase() {
        var tombstone = Record()
        tombstone.revision = revision
        tombstone.valuesRevision = valuesRevision
        tombstone.isErased = true
        tombstone.creationSeen = true
        tombstone.notice = notice
        tombstone.sweepMark = sweepMark
        tombstone.monthCounted = monthCounted
        self = tombstone
    }
}

extension SortedTable where Key == Field, Value == Record.Cell {
    /// Takes in what an event says that is newer than what stands. Both rise by field, so one pass joins them.
    fileprivate mutating func merge(_ event: RecordEvent) {
        guard !event.fields.isEmpty else { return }
        var joined: [Entry] = []
        joined.reserveCapacity(count + event.fields.count)
        var next = 0
        for said in event.fields {
            while next < count, entries[next].key < said.field {
                joined.append(entries[next])
                next += 1
            }
            if next < count, entries[next].key == said.field {
                if entries[next].value.stamp >= event.stamp { continue }
                next += 1
            }
            joined.append(Entry(key: said.field, value: Record.Cell(stamp: event.stamp, value: said.value)))
        }
        joined += entries[next...]
        self = SortedTable(rising: joined)
    }
}
