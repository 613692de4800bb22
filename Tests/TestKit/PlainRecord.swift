import LeadModel

/// The same told plainly: each event once, by stamp. What the merged record must show in the end.
public struct PlainRecord: Equatable {
    var isGone = false, isErased = false, isWhole = false, creationSeen = false
    var values: [Field: Value] = [:]

    public init(_ events: [RecordEvent]) {
        creationSeen = events.contains { $0.verb.isCreation }
        isErased = events.contains { $0.verb == .erased }
        var marks: [Field: Value?] = [:]
        for event in events.sorted(by: { $0.stamp < $1.stamp }) {
            switch event.kind {
            case .delete: (isGone, marks) = (true, [:])
            case .snapshot:
                (isGone, isWhole) = (false, true)
                let used = Set(event.fields.map { Self.prefix($0.field) }).union(["", "account", "contact"])
                marks = marks.filter { $0.key == .creation || !used.contains(Self.prefix($0.key)) }
            case .patch, .erase: break
            }
            for said in event.fields { marks[said.field] = said.value }
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

    private static func prefix(_ field: Field) -> String {
        guard case .attribute(let name) = field, name.text.contains(".") else { return "" }
        return String(name.text.prefix { $0 != "." })
    }

    public static func == (a: PlainRecord, b: PlainRecord) -> Bool {
        a.isGone == b.isGone && a.isErased == b.isErased && a.creationSeen == b.creationSeen
            && (a.isErased || a.isWhole == b.isWhole) && a.values == b.values
    }
}
