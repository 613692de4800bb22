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
            for (field, value) in event.fields {
                if let cell = cells[field], cell.stamp >= event.stamp { continue }
                cells[field] = Cell(stamp: event.stamp, value: value)
            }
        }
        removeOvertaken()
    }

    private mutating func removeOvertaken() {
        let overtaken = cells.filter { field, cell in
            if let deleted, cell.stamp <= deleted { return true }
            guard let prefix = field.prefix, let floor = floors[prefix] else { return false }
            // A null at its own floor says what the floor says already.
            return cell.stamp < floor || (cell.stamp == floor && cell.value == nil)
        }
        for field in overtaken.keys { cells[field] = nil }
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
