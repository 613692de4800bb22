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
    }

    /// The columns whose values are longer than a record can have them: a worker cuts them.
    static func tooLong(_ record: FileRecord, columns: ColumnRoles) -> [String] {
        let texts = [
            (columns.owner, record.owner), (columns.name, record.name), (columns.process, record.process),
            (columns.stage, record.stage),
        ]
        let fields = texts.compactMap { column, text in
            text?.utf8.count ?? 0 > limits.textBytes ? column : nil
        }
        return fields
            + record.attributes.compactMap { name, value in
                switch value {
                case .text(let text): text.utf8.count > limits.textBytes ? name.text : nil
                case .list(let entries):
                    entries.count > limits.listEntries || entries.contains { $0.utf8.count > limits.textBytes }
                        ? name.text : nil
                case .number, .flag: nil
                }
            }
    }

    /// As much of a text as a worker looks at, so that one text is never larger than an event.
    static func shortened(_ text: String) -> String {
        let most = limits.textBytes + 256
        return text.utf8.count <= most ? text : String(decoding: text.utf8.prefix(most), as: UTF8.self)
    }

    static func shortened(_ value: Value) -> Value {
        switch value {
        case .text(let text): .text(shortened(text))
        case .list(let entries): .list(entries.prefix(limits.listEntries + 1).map { shortened($0) })
        case .number, .flag: value
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
}
