/// Why the ledger can't be used.
public enum LedgerError: Error, Equatable, CustomStringConvertible {
    case missing(String)
    /// Closed by this process.
    case closed(String)
    case newer(String)
    case otherSchema(String)
    /// A row that Leadline never writes.
    case damaged
    /// No result of an organization has been applied; the first of those that have results.
    case unknownOrganization(String, known: [String])
    /// The request makes no sense: why.
    case refused(String)
    /// The ledger's path, and what of the registry can't be read: a rebuild would lose that history.
    case registryUnreadable(String, String)
    case unwritable(String, String)
    case isTheLedger(String)
    case exists(String)
    /// Another process writes the file.
    case hasWriter(String)
    /// A reader sees an older state for so long that the file can't be replaced.
    case isRead(String)

    public var description: String {
        switch self {
        case .missing(let path):
            "there is no ledger at \(path); `leadline up` or `leadline ledger run` creates it from the score stream"
        case .closed(let path): "the ledger \(path) is closed"
        case .newer(let path):
            "the ledger at \(path) was written by a newer version of Leadline, and is left as it is: run that version, or set LEADLINE_LEDGER_FILE to another file"
        case .otherSchema(let path):
            "the ledger at \(path) was written by another version of Leadline; `leadline up` or `leadline ledger run` migrates it"
        case .damaged: "the ledger has a row that Leadline never writes; `leadline ledger rebuild` rebuilds it"
        case .unknownOrganization(let name, let known):
            "the ledger has no results of organization \(name) yet. "
                + (known.isEmpty ? "It is empty" : "It has results of \(Self.list(known))")
        case .refused(let why): why
        case .registryUnreadable(let path, let fault):
            "part of the registry can't be read, so the ledger \(path) is left as it is, with its history: \(fault)"
        case .unwritable(let path, let cause): "cannot write \(path): \(cause)"
        case .isTheLedger(let path): "\(path) is the ledger itself: choose another file"
        case .exists(let path): "\(path) exists already: choose another file, or replace it with --force"
        case .hasWriter(let path):
            "another process writes \(path), a projector or a backup: choose another file, or stop that process"
        case .isRead(let path):
            "the ledger \(path) is left as it is: a process has been reading it for too long to replace it. Stop that process, and try again"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(RecordScope.named).joined(separator: ", ") + (names.count > RecordScope.named ? " and more" : "")
    }
}
