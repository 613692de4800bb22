import LeadModel

/// Turns the records of a file into `imported` events. Everything of an event follows from the file and the plan, its id
/// and its time too, so an import that broke off is simply run again: what went out before goes out as the same events.
public struct ImportPlan: Sendable {
    /// The CloudEvents `source` of all of them.
    public static let source = "leadline/import"

    public let file: RecordFile
    public let organization: String
    /// The time of the events of records without one of their own.
    public let asOf: Moment
    private let now: Moment

    /// - Parameters:
    ///   - asOf: by default the date of the file itself.
    ///   - now: an event's time may lie an hour ahead of it at most.
    public init(file: RecordFile, organization: String, asOf: Moment? = nil, now: Moment) throws(IntakeError) {
        (self.file, self.organization, self.now) = (file, organization, now)
        guard file.roles.id != nil else {
            throw IntakeError(.usage, "an import needs --id", advice: "Say which column holds the records' ids.")
        }
        if let asOf { self.asOf = asOf } else { self.asOf = try file.modificationDate() }
        if self.asOf > now.adding(seconds: ImportLimits.secondsAhead) {
            throw IntakeError(
                .usage, file: file.path, "the events' time is more than an hour ahead of now",
                advice: "Give the date of the data with --as-of.")
        }
    }

    /// The event of one record.
    ///
    /// - Throws: `IntakeError` if the contract would not accept it.
    public func event(of record: FileRecord) throws(IntakeError) -> ImportedEvent {
        try ImportLimits.check(record, columns: file.roles, file: file.path)
        let time = record.modifiedAt ?? asOf
        guard time <= now.adding(seconds: ImportLimits.secondsAhead) else {
            throw IntakeError(
                .data, file: file.path, line: record.line, column: file.roles.modified,
                "a time more than an hour ahead of now", advice: "Correct it, or leave --modified out.")
        }
        let event = ImportedEvent(record, id: record.id ?? "", time: time, plan: self)
        guard event.json.count <= ImportLimits.bodyBytes - 2 else {
            throw IntakeError(
                .data, file: file.path, line: record.line, "its event has more than 1 MiB",
                advice: "Leave columns out with --exclude or --only.")
        }
        return event
    }

    /// All events of the file, in batches.
    public func batches() throws(IntakeError) -> ImportBatches { ImportBatches(self, try file.reader()) }
}

/// One `imported` event, written out.
public struct ImportedEvent: Sendable {
    /// FNV-1a of all else in the event, in hexadecimal: the same record in the same state has the same id.
    public let id: String
    public let recordID: String
    public let time: Moment
    public let line: Int
    /// A CloudEvent in structured JSON.
    public let json: [UInt8]

    fileprivate init(_ record: FileRecord, id recordID: String, time: Moment, plan: ImportPlan) {
        (self.recordID, self.time, line) = (recordID, time, record.line)
        let entity = plan.file.roles.entity
        var rest = JSONBytes()
        rest.member("source", ImportPlan.source)
        rest.member("type", "leadline.\(entity.rawValue).imported")
        rest.member("subject", recordID)
        rest.member("time", time.text)
        rest.member("organization", plan.organization)
        rest.key("data")
        rest.write(record, of: entity)

        var hash = FNV1a()
        for byte in rest.bytes { hash.combine(byte) }
        let digits = String(hash.value, radix: 16)
        id = String(repeating: "0", count: 16 - digits.count) + digits

        var event = JSONBytes()
        event.open("{")
        event.member("specversion", "1.0")
        event.member("id", id)
        event.raw(rest.bytes)
        event.close("}")
        json = event.bytes
    }
}

extension JSONBytes {
    /// The event's `data`.
    fileprivate mutating func write(_ record: FileRecord, of entity: Entity) {
        open("{")
        member("status", record.outcome.status(of: entity).rawValue)
        if let created = record.createdAt { member("createdAt", created.text) }
        if let closed = record.closedAt, record.outcome != .open { member("closedAt", closed.text) }
        if let owner = record.owner { member("owner", owner) }
        if let name = record.name { member("name", name) }
        key("attributes")
        open("{")
        for (name, value) in record.attributes {
            key(name.text)
            self.value(value)
        }
        for name in record.nulls {
            key(name.text)
            value(nil)
        }
        close("}")
        close("}")
    }
}
