/// A stored record and the state that it has once a turn's events are merged into it. A class, since each step of a turn
/// passes it on: two records are much to copy.
public final class MergedRecord: Sendable {
    /// As it is stored.
    public let base: Record
    /// With the events merged in. Revisions, scoring and notice are still those of `base`.
    public let record: Record
    /// Whether scoring would read the same from both states.
    let hasSameValues: Bool
    /// How many of the events were in a tie: only a hash decided whether they or another event with other values is the
    /// newer one.
    public let ties: Int

    public init(base: Record, events: some Collection<RecordEvent>) {
        var merged = base
        ties = merged.merge(events)
        (self.base, record) = (base, merged)
        hasSameValues = events.isEmpty || merged.hasSameValuesForScoring(as: base)
    }
}

extension Record {
    /// Merges events. The result depends neither on their order nor on repetitions.
    ///
    /// - Per field the value with the highest stamp wins.
    /// - A null leaves a tombstone with its stamp, which keeps older values out.
    /// - A snapshot is a floor for the prefixes that it covers: older values under them are removed.
    /// - A deletion is a floor for the whole record, which only a later snapshot brings back.
    /// - An erasure is final: the record keeps no values, whatever arrives later.
    ///
    /// - Returns: how many of the events were in a tie.
    @discardableResult
    public mutating func merge(_ events: some Sequence<RecordEvent>) -> Int {
        var ties = 0
        for event in events where !isErased {
            if event.kind == .erase {
                erase()
                return ties
            }
            creationSeen = creationSeen || event.verb.isCreation
            if event.kind == .delete { deleted = max(deleted ?? event.stamp, event.stamp) }
            var isTied = false
            if event.kind == .snapshot {
                isTied = isTiedSnapshot(event)
                for prefix in event.prefixesSpokenFor {
                    floors[prefix] = max(floors[prefix] ?? event.stamp, event.stamp)
                }
            }
            if cells.merge(event) || isTied { ties += 1 }
        }
        removeOvertaken()
        return ties
    }

    /// Whether the newest snapshot is in a tie with this one, and gives other fields.
    private func isTiedSnapshot(_ event: RecordEvent) -> Bool {
        guard let floor = floors[""], floor.isTied(with: event.stamp) else { return false }
        let given = event.fields.lazy.filter { $0.value != nil }.map(\.field)
        return given.contains { cells[$0] == nil }
            || cells.entries.contains { entry in
                entry.value.stamp == floor && entry.value.value != nil && !given.contains(entry.key)
            }
    }

    private mutating func removeOvertaken() {
        var newestFloor: Stamp?
        for floor in floors.entries { newestFloor = max(newestFloor ?? floor.value, floor.value) }
        // Most records have no cell below any floor. Then nothing is looked up or copied.
        let cells = cells.entries
        let mayAnyBeOvertaken = cells.indices.contains { place in
            if let deleted, cells[place].value.stamp <= deleted { return true }
            guard let newestFloor else { return false }
            return cells[place].value.stamp < newestFloor || self.cells.isTombstone(at: place)
        }
        guard mayAnyBeOvertaken else { return }
        self.cells = SortedTable(rising: cells.filter { !isOvertaken($0.key, $0.value) })
    }

    private func isOvertaken(_ field: Field, _ cell: Cell) -> Bool {
        if let deleted, cell.stamp <= deleted { return true }
        guard let prefix = field.prefix, let floor = floors[prefix] else { return false }
        // A null with the floor's own stamp adds nothing to the floor.
        return cell.stamp < floor || (cell.stamp == floor && cell.isTombstone)
    }

    /// Leaves a tombstone that no later event changes.
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
    /// Takes each field of the event that is newer than the stored one. Both are sorted by field, so one pass is enough.
    ///
    /// - Returns: whether a stored value is in a tie with another one of the event.
    fileprivate mutating func merge(_ event: RecordEvent) -> Bool {
        guard !event.fields.isEmpty else { return false }
        var isTied = false
        var joined: [Entry] = []
        joined.reserveCapacity(count + event.fields.count)
        var next = 0
        for said in event.fields {
            while next < count, entries[next].key < said.field {
                joined.append(entries[next])
                next += 1
            }
            if next < count, entries[next].key == said.field {
                if entries[next].value.stamp.isTied(with: event.stamp), !entries[next].value.says(said) {
                    isTied = true
                }
                if entries[next].value.stamp >= event.stamp { continue }
                next += 1
            }
            joined.append(
                Entry(
                    key: said.field,
                    value: Record.Cell(stamp: event.stamp, value: said.value, adjustment: said.adjustment)))
        }
        joined += entries[next...]
        self = SortedTable(rising: joined)
        return isTied
    }
}

extension Record.Cell {
    fileprivate func says(_ said: FieldValue) -> Bool { value == said.value && adjustment == said.adjustment }
}
