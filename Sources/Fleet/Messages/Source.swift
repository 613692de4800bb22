import Contract

/// The work queue that a message comes from, the most urgent first.
public enum Source: Int, CaseIterable, Sendable {
    case created, updated, imported

    var queue: Names.Queue {
        switch self {
        case .created: Names.created
        case .updated: Names.updated
        case .imported: Names.imported
        }
    }
}
