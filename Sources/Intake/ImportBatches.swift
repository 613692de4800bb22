import Contract
import LeadModel

/// The events of a file as bodies to publish: arrays of CloudEvents (`application/cloudevents-batch+json`), all with
/// one routing key. Only one batch is in memory. For one thread.
public final class ImportBatches {
    public static let maxEvents = 100
    /// A single event that is larger is a batch of its own.
    public static let maxBytes = 256 << 10

    public struct Batch: Sendable {
        public var json: [UInt8]
        public var elements: [ImportedEvent]
        /// The lines of the first and the last record in it.
        public var lines: ClosedRange<Int>

        public var events: Int { elements.count }

        /// - Parameter elements: at least one.
        public init(_ elements: [ImportedEvent]) {
            var array = JSONWriter()
            array.literal("[")
            for (place, event) in elements.enumerated() {
                if place > 0 { array.literal(",") }
                array.bytes += event.json
            }
            array.literal("]")
            (json, self.elements) = (array.bytes, elements)
            lines = (elements.first?.line ?? 0)...(elements.last?.line ?? 0)
        }
    }

    private let plan: ImportPlan
    private let records: RecordReader
    private var held: ImportedEvent?

    init(_ plan: ImportPlan, _ records: RecordReader) { (self.plan, self.records) = (plan, records) }

    /// The next batch; nil at the end. If a record is faulty, the records before it in the same batch are not returned
    /// either: once the file is corrected, run the import from the start.
    ///
    /// - Throws: `IntakeError`; the batches must not be read further after it.
    public func next() throws(IntakeError) -> Batch? {
        guard let first = try nextEvent() else { return nil }
        var (elements, bytes) = ([first], first.json.count + 2)
        while elements.count < Self.maxEvents, let event = try nextEvent() {
            guard bytes + event.json.count + 1 <= Self.maxBytes else {
                held = event
                break
            }
            elements.append(event)
            bytes += event.json.count + 1
        }
        return Batch(elements)
    }

    private func nextEvent() throws(IntakeError) -> ImportedEvent? {
        if let event = held {
            held = nil
            return event
        }
        while let record = try records.next() {
            if plan.file.includes(record) { return try plan.event(of: record) }
        }
        return nil
    }
}
