import Contract
import LeadModel

/// Checks the contract's limits for one event before it is published. So a faulty record is an error with its line and
/// column, not a message that a worker rejects later. Earlier batches may already have been published.
enum ImportCheck {
    private static let limits = Limits.standard

    /// Of one event, and so of a file that is trained on or imported.
    static let mostAttributes = limits.attributes

    /// - Throws: `IntakeError` if the record exceeds what an event can hold.
    static func check(_ record: FileRecord, columns: ColumnRoles, file: String) throws(IntakeError) {
        func fail(
            _ column: String?, _ what: String, _ advice: String, options: [FileOption] = []
        ) -> IntakeError {
            IntakeError(.data, file: file, line: record.line, column: column, what, options: options, advice: advice)
        }
        guard let id = record.id else {
            throw fail(columns.id, "a record without an id", "Every record that is imported needs one.")
        }
        guard id.utf8.count <= limits.recordIDBytes, !hasControlCharacter(id) else {
            throw fail(
                columns.id, "an id of more than \(limits.recordIDBytes) bytes or with control characters",
                "Choose another id.")
        }
        let texts = [
            (columns.owner, record.owner), (columns.name, record.name), (columns.process, record.process),
            (columns.stage, record.stage),
        ]
        for (column, text) in texts {
            guard text?.utf8.count ?? 0 <= limits.textBytes else {
                throw fail(column, longText, shorten, options: [.exclude])
            }
        }
        let count = record.attributes.count + record.nulls.count
        guard count <= limits.attributes else {
            throw fail(
                nil, "\(count) attributes, more than \(limits.attributes)", "Leave some columns out.",
                options: [.exclude, .only])
        }
        for name in record.attributes.lazy.map(\.name) where !allows(name) {
            throw fail(
                name.text, "a name of more than \(limits.attributeNameBytes) bytes or with control characters",
                "Rename the column.")
        }
        for (name, value) in record.attributes {
            switch value {
            case .text(let text) where text.utf8.count > limits.textBytes:
                throw fail(name.text, longText, shorten, options: [.exclude])
            case .list(let entries) where entries.count > limits.listEntries:
                throw fail(name.text, "a list of more than \(limits.listEntries) entries", shorten, options: [.exclude])
            case .list(let entries) where entries.contains { $0.utf8.count > limits.textBytes }:
                throw fail(name.text, longText, shorten, options: [.exclude])
            default: break
            }
        }
    }

    /// Whether an event may contain an attribute of this name.
    static func allows(_ name: Exact) -> Bool {
        !name.text.isEmpty && name.text.utf8.count <= limits.attributeNameBytes
            && !hasControlCharacter(name.text)
    }

    private static func hasControlCharacter(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 32 || (127...159).contains($0.value) }
    }

    private static let longText = "a text of more than \(limits.textBytes >> 10) KiB"
    private static let shorten = "Shorten it, or leave the column out."
}
