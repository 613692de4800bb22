import Contract
import Intake
import LeadModel
import Registry

/// Compares the events of an import with what is stored: it counts what will change, and makes an event later that a stored
/// one of the same time would win against.
///
/// That happens if a row of the file was corrected but neither its date of change nor how the file is read. An event whose
/// values are stored already stays as it is, so an import that is run again publishes the same events.
struct ImportComparison {
    private(set) var counts = RecordImport.Counts()
    private let plan: ImportPlan
    private let store: RecordStore
    private let partitions: Int
    private let now: Moment

    init(plan: ImportPlan, store: RecordStore, partitions: Int, now: Moment) {
        (self.plan, self.store, self.partitions, self.now) = (plan, store, partitions, now)
    }

    /// - Returns: the batch with the events to publish.
    /// - Throws: `RedisError`.
    mutating func compare(_ batch: ImportBatches.Batch) throws -> ImportBatches.Batch {
        let kind = RecordKind(plan.file.roles.entity)
        let places = batch.elements.map {
            RecordStore.Place(
                of: Exact($0.recordID), kind: kind, organization: plan.organization, partitions: partitions)
        }
        let stored = try store.loadReadable(places).records
        var (elements, isChanged) = (batch.elements, false)
        for (place, event) in zip(elements.indices, read(elements)) {
            guard var event else { continue }
            if stored[place].isBeaten(event) {
                elements[place] = plan.event(
                    elements[place], sequence: ImportSequence(milliseconds: now.milliseconds).text)
                event = read([elements[place]])[0] ?? event
                isChanged = true
            }
            counts.add(stored[place], event)
        }
        return isChanged ? ImportBatches.Batch(elements) : batch
    }

    /// As a worker reads them; nil for one that it would refuse.
    private func read(_ elements: [ImportedEvent]) -> [RecordEvent?] {
        let reading = EventReader().read(
            body: ImportBatches.Batch(elements).json, contentType: Names.ContentType.batch,
            routingKey: plan.routingKey.description, now: now)
        guard case .elements(let read) = reading.content, read.count == elements.count else {
            return elements.map { _ in nil }
        }
        return read.map { element in
            switch element {
            case .event(let event), .adjusted(let event, _): event
            case .refused: nil
            }
        }
    }
}

extension RecordImport {
    /// How the records of an import compare with what was stored.
    public struct Counts: Equatable, Sendable {
        public var new = 0
        public var changed = 0
        public var unchanged = 0

        fileprivate mutating func add(_ stored: Record, _ event: RecordEvent) {
            var merged = stored
            merged.merge([event])
            if stored.revision == 0 {
                new += 1
            } else if stored.saidValues.elementsEqual(merged.saidValues, by: ==) {
                unchanged += 1
            } else {
                changed += 1
            }
        }
    }
}

extension Record {
    fileprivate var saidValues: [(Field, Value)] {
        cells.entries.compactMap { entry in entry.value.value.map { (entry.key, $0) } }
    }

    /// Whether an event of the same time, which this record has already, wins against this event with another value.
    fileprivate func isBeaten(_ event: RecordEvent) -> Bool {
        var said: [Field: Value?] = [:]
        for field in event.fields { said[field.field] = .some(field.value) }
        return cells.entries.contains { entry in
            let (stamp, value) = (entry.value.stamp, entry.value.value)
            guard stamp.time == event.stamp.time, stamp > event.stamp else { return false }
            return (said[entry.key] ?? nil) != value
        }
    }
}
