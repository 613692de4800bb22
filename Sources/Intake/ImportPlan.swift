import Contract
import LeadModel

/// Turns the records of a file into `imported` events. An event, its id and its time included, depends only on the file and
/// the plan: if an import is interrupted, running it again publishes the same events.
public struct ImportPlan: Sendable {
    /// The CloudEvents `source` of all of them.
    public static let source = "leadline/import"

    public let file: RecordFile
    public let organization: String
    /// The time of events whose records have no time of their own.
    public let asOf: Moment
    /// Orders events of one time; nil: none.
    private let sequence: String?
    private let now: Moment
    private let writer: EventWriter

    /// - Parameters:
    ///   - asOf: by default the date of the file itself.
    ///   - sequence: a greater one than that of earlier imports which read the file otherwise.
    ///   - now: an event's time may lie an hour ahead of it at most.
    public init(
        file: RecordFile, organization: String, asOf: Moment? = nil, sequence: String? = nil, now: Moment
    ) throws(IntakeError) {
        (self.file, self.organization, self.sequence, self.now) = (file, organization, sequence, now)
        writer = EventWriter(
            RoutingKey(organization: organization, kind: RecordKind(file.roles.entity), verb: .imported),
            source: Self.source)
        guard file.roles.id != nil else {
            throw IntakeError(
                .usage, "an import needs the records' ids", options: [.column(.id)],
                advice: "Say which column holds them.")
        }
        if let asOf { self.asOf = asOf } else { self.asOf = try file.modificationDate() }
        if self.asOf > now.adding(seconds: Limits.standard.secondsAhead) {
            throw IntakeError(
                .usage, file: file.path, "the events' time is more than an hour ahead of now",
                options: [.asOf], advice: "Give the date of the data.")
        }
    }

    /// The event of one record.
    ///
    /// - Throws: `IntakeError` if the contract would not accept it.
    public func event(of record: FileRecord) throws(IntakeError) -> ImportedEvent {
        try ImportCheck.check(record, columns: file.roles, file: file.path)
        let time = record.modifiedAt ?? asOf
        guard time <= now.adding(seconds: Limits.standard.secondsAhead) else {
            throw IntakeError(
                .data, file: file.path, line: record.line, column: file.roles.modified,
                "a time more than an hour ahead of now", options: [.column(.modified)],
                advice: "Correct it, or don't use this column.")
        }
        let recordID = record.id ?? ""
        let data = record.data(of: file.roles.entity).json
        let event = event(recordID, time, record.line, data, sequence: sequence)
        let most = Limits.standard.bodyBytes
        // Two for the brackets of the array.
        guard event.json.count <= most - 2 else {
            throw IntakeError(
                .data, file: file.path, line: record.line, "its event has more than \(most >> 20) MiB",
                options: [.exclude, .only], advice: "Leave some columns out.")
        }
        return event
    }

    /// The same event with another sequence.
    public func event(_ event: ImportedEvent, sequence: String) -> ImportedEvent {
        self.event(event.recordID, event.time, event.line, event.data, sequence: sequence)
    }

    private func event(
        _ recordID: String, _ time: Moment, _ line: Int, _ data: [UInt8], sequence: String?
    ) -> ImportedEvent {
        let (id, json) = writer.event(subject: recordID, time: time, sequence: sequence, data: data)
        return ImportedEvent(id: id, recordID: recordID, time: time, line: line, json: json, data: data)
    }

    /// The routing key of its events.
    public var routingKey: RoutingKey { writer.routingKey }

    /// All events of the file, in batches.
    public func batches() throws(IntakeError) -> ImportBatches { ImportBatches(self, try file.reader()) }
}

/// One `imported` event.
public struct ImportedEvent: Sendable {
    public let id: String
    public let recordID: String
    public let time: Moment
    public let line: Int
    /// A CloudEvent in structured JSON.
    public let json: [UInt8]
    /// What it is about, as JSON.
    let data: [UInt8]
}

extension FileRecord {
    fileprivate func data(of entity: Entity) -> RecordData {
        var data = RecordData(status: outcome.status(of: entity))
        (data.createdAt, data.closedAt) = (createdAt, outcome == .open ? nil : closedAt)
        data.owner = owner.map(ImportCheck.shortened)
        data.name = name.map(ImportCheck.shortened)
        data.process = process.map(ImportCheck.shortened)
        (data.stage, data.stageSince) = (stage.map(ImportCheck.shortened), stageSince)
        data.attributes = attributes.map { ($0.name, ImportCheck.shortened($0.value)) } + nulls.map { ($0, nil) }
        return data
    }
}
