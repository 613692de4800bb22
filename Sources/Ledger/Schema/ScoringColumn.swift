/// A column of `scorings`: every scoring of every record.
enum ScoringColumn: String, LedgerTable {
    case record, revision, at, version, isSweep, probability, grade
    /// Bins (`PackedEvidence`); null if it was cleared.
    case evidence
    /// Under the former version, of the first scoring under a new one.
    case formerVersion, formerEvidence

    static let table = "scorings"
    static let constraints = "PRIMARY KEY (record, revision)"
    static let options = "STRICT, WITHOUT ROWID"

    var definition: String {
        switch self {
        case .record, .revision, .at, .version, .isSweep: "INTEGER NOT NULL"
        case .probability: "REAL NOT NULL"
        case .grade: "TEXT NOT NULL"
        case .evidence, .formerEvidence: "BLOB"
        case .formerVersion: "INTEGER"
        }
    }

    /// Whether an erasure of a contact clears it.
    var isEvidence: Bool {
        switch self {
        case .record, .revision, .at, .version, .isSweep, .probability, .grade: false
        case .evidence, .formerVersion, .formerEvidence: true
        }
    }

    /// The assignments that remove what was read from a contact.
    static let cleared = assignments(allCases.filter(\.isEvidence)) { _ in "NULL" }
}
