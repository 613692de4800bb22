import Contract
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
        if self.asOf > now.adding(seconds: Limits.standard.secondsAhead) {
            throw IntakeError(
                .usage, file: file.path, "the events' time is more than an hour ahead of now",
                advice: "Give the date of the data with --as-of.")
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
                "a time more than an hour ahead of now", advice: "Correct it, or leave --modified out.")
        }
        let event = ImportedEvent(record, id: record.id ?? "", time: time, plan: self)
        let most = Limits.standard.bodyBytes
        // Two for the brackets of the array.
        guard event.json.count <= most - 2 else {
            throw IntakeError(
                .data, file: file.path, line: record.line, "its event has more than \(most >> 20) MiB",
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
        var rest = JSONWriter()
        rest.literal(#""source":"#)
        rest.string(ImportPlan.source)
        rest.literal(#","type":"#)
        rest.string("leadline.\(entity.rawValue).imported")
        rest.literal(#","subject":"#)
        rest.string(recordID)
        rest.literal(#","time":"#)
        rest.moment(time)
        rest.literal(#","organization":"#)
        rest.string(plan.organization)
        rest.literal(#","data":"#)
        rest.write(record, of: entity)

        var hash = FNV1a()
        for byte in rest.bytes { hash.combine(byte) }
        let digits = String(hash.value, radix: 16)
        id = String(repeating: "0", count: 16 - digits.count) + digits

        var event = JSONWriter()
        event.literal(#"{"specversion":"1.0","id":"#)
        event.string(id)
        event.literal(",")
        event.bytes += rest.bytes
        event.literal("}")
        json = event.bytes
    }
}

extension JSONWriter {
    /// The event's `data`.
    fileprivate mutating func write(_ record: FileRecord, of entity: Entity) {
        literal(#"{"status":"#)
        string(record.outcome.status(of: entity).rawValue)
        if let created = record.createdAt {
            literal(#","createdAt":"#)
            moment(created)
        }
        if let closed = record.closedAt, record.outcome != .open {
            literal(#","closedAt":"#)
            moment(closed)
        }
        if let owner = record.owner {
            literal(#","owner":"#)
            string(owner)
        }
        if let name = record.name {
            literal(#","name":"#)
            string(name)
        }
        if let process = record.process {
            literal(#","process":"#)
            string(process)
        }
        if let stage = record.stage {
            literal(#","stage":"#)
            string(stage)
        }
        if let since = record.stageSince {
            literal(#","stageSince":"#)
            moment(since)
        }
        literal(#","attributes":{"#)
        for (name, value) in record.attributes { attribute(name, value) }
        for name in record.nulls { attribute(name, nil) }
        literal("}}")
    }

    /// A member of an object that is open. No value ends in a brace, so one that stands last is the object's own.
    private mutating func attribute(_ name: Exact, _ value: Value?) {
        if bytes.last != UInt8(ascii: "{") { literal(",") }
        string(name.text)
        literal(":")
        self.value(value)
    }

    private mutating func value(_ value: Value?) {
        switch value {
        case nil: literal("null")
        case .text(let text): string(text)
        case .number(let number): self.number(number)
        case .flag(let flag): self.flag(flag)
        case .list(let entries):
            literal("[")
            for (index, entry) in entries.enumerated() {
                if index > 0 { literal(",") }
                string(entry)
            }
            literal("]")
        }
    }
}
