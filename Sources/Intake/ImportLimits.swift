import LeadModel

/// What the contract allows of one event (config/contract), checked here: so a faulty record is an error that names line
/// and column, for whoever runs the import, and not a refusal later. Batches before it may be out by then.
enum ImportLimits {
    static let attributes = 500
    static let nameBytes = 128
    static let textBytes = 8 << 10
    static let listEntries = 100
    static let idBytes = 200
    static let bodyBytes = 1 << 20
    /// How far ahead of now an event's time may lie.
    static let secondsAhead: Int64 = 3600

    static func check(_ record: FileRecord, columns: ColumnRoles, file: String) throws(IntakeError) {
        func fail(_ column: String?, _ what: String, _ advice: String) -> IntakeError {
            IntakeError(.data, file: file, line: record.line, column: column, what, advice: advice)
        }
        guard let id = record.id else {
            throw fail(columns.id, "a record without an id", "Every record that is imported needs one.")
        }
        guard id.utf8.count <= idBytes else {
            throw fail(columns.id, "an id of more than \(idBytes) bytes", "Choose a shorter id.")
        }
        for (column, text) in [(columns.owner, record.owner), (columns.name, record.name)] {
            guard text?.utf8.count ?? 0 <= textBytes else { throw fail(column, "a text of more than 8 KiB", shorten) }
        }
        let count = record.attributes.count + record.nulls.count
        guard count <= attributes else {
            throw fail(nil, "\(count) attributes, more than \(attributes)", "Leave some out with --exclude or --only.")
        }
        for name in record.attributes.lazy.map(\.name) where !allows(name) {
            throw fail(
                name.text, "a name of more than \(nameBytes) bytes or with control characters", "Rename the column.")
        }
        for (name, value) in record.attributes {
            switch value {
            case .text(let text) where text.utf8.count > textBytes:
                throw fail(name.text, "a text of more than 8 KiB", shorten)
            case .list(let entries) where entries.count > listEntries:
                throw fail(name.text, "a list of more than \(listEntries) entries", shorten)
            case .list(let entries) where entries.contains { $0.utf8.count > textBytes }:
                throw fail(name.text, "a text of more than 8 KiB", shorten)
            default: break
            }
        }
    }

    static func allows(_ name: Exact) -> Bool {
        !name.text.isEmpty && name.text.utf8.count <= nameBytes
            && !name.text.unicodeScalars.contains { $0.value < 32 || (127...159).contains($0.value) }
    }

    private static let shorten = "Shorten it, or leave the column out with --exclude."
}
