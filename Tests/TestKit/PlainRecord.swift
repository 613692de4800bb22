import LeadModel

/// The same told plainly: each event once, in order. What the merged record must show in the end.
public struct PlainRecord: Equatable {
    var isGone = false, isErased = false, isWhole = false, creationSeen = false
    var values: [Field: Value] = [:]

    public init(_ events: [RecordEvent]) {
        creationSeen = events.contains { $0.verb.isCreation }
        isErased = events.contains { $0.verb == .erased }
        var marks: [Field: Value?] = [:]
        for event in events.sorted(by: Self.isOlder) {
            switch event.kind {
            case .delete: (isGone, marks) = (true, [:])
            case .snapshot:
                (isGone, isWhole) = (false, true)
                let used = Set(event.fields.map { Self.prefix($0.field) }).union(["", "account", "contact"])
                marks = marks.filter {
                    [.creation, .createdAt].contains($0.key) || !used.contains(Self.prefix($0.key))
                }
            case .patch, .erase: break
            }
            for said in event.fields { marks[said.field] = said.value }
            let status = marks[.status] ?? nil
            let isSaid = event.kind == .snapshot || event.fields.contains { $0.field == .status }
            if isSaid, status == nil || status == .text("open") { marks[.closedAt] = .some(nil) }
        }
        isGone = isGone || isErased
        if isErased { creationSeen = true }
        values = isGone ? [:] : marks.compactMapValues(\.self)
    }

    public init(_ record: Record) {
        (isGone, isErased, creationSeen) = (record.isGone, record.isErased, record.creationSeen)
        isWhole = record.isWhole
        let values = record.cells.entries.compactMap { cell in cell.value.value.map { (cell.key, $0) } }
        self.values = record.isGone ? [:] : Dictionary(uniqueKeysWithValues: values)
    }

    /// By time, by sequence, and then what is created before what is updated before what is patched before what is deleted.
    private static func isOlder(_ a: RecordEvent, _ b: RecordEvent) -> Bool {
        func place(_ event: RecordEvent) -> Int {
            if event.verb == .created || event.verb == .imported { return 1 }
            return event.verb == .updated ? event.kind == .snapshot ? 2 : 3 : 4
        }
        let (one, other) = (a.stamp, b.stamp)
        if one.time != other.time { return one.time < other.time }
        if one.sequence != other.sequence { return one.sequence ?? "" < other.sequence ?? "" }
        return place(a) != place(b) ? place(a) < place(b) : one < other
    }

    private static func prefix(_ field: Field) -> String {
        guard case .attribute(let name) = field, name.text.contains(".") else { return "" }
        return String(name.text.prefix { $0 != "." })
    }

    public static func == (a: PlainRecord, b: PlainRecord) -> Bool {
        a.isGone == b.isGone && a.isErased == b.isErased && a.creationSeen == b.creationSeen
            && (a.isErased || a.isWhole == b.isWhole) && a.values == b.values
    }
}
