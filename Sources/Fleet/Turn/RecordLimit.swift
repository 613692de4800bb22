import Contract
import LeadModel
import Registry

extension Lane {
    /// Merges a record's events, and refuses those that would make it larger than its limit. The record keeps the state that
    /// it has without them.
    ///
    /// A record can be larger than the limit already, if the limit was lowered. It still takes deletions, erasures, and
    /// events that don't make it larger.
    func withinLimit(_ base: Record, _ work: inout Work, _ output: inout TurnOutput) -> MergedRecord {
        let merged = MergedRecord(base: base, events: work.events.lazy.map(\.event))
        let limit = options.recordBytes
        guard !work.events.isEmpty, RecordBlob.size(of: merged.record) > limit else { return merged }
        var record = base
        var size = RecordBlob.size(of: base)
        work.events.removeAll { event in
            var next = record
            next.merge(CollectionOfOne(event.event))
            let nextSize = RecordBlob.size(of: next)
            let isRemoval = event.event.kind == .delete || event.event.kind == .erase
            guard nextSize > max(limit, size), !isRemoval else {
                (record, size) = (next, nextSize)
                return false
            }
            output.refused.append((event.origin, .recordTooLarge(limit: limit)))
            return true
        }
        return MergedRecord(base: base, events: work.events.lazy.map(\.event))
    }
}
