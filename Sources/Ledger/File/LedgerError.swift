/// Why the ledger can't be used.
public enum LedgerError: Error, Equatable, CustomStringConvertible {
    case missing(String)
    case otherSchema(String)
    /// A row that cannot be: somebody else wrote it.
    case damaged
    /// Nothing of an organization came yet; what is known.
    case unknownOrganization(String, known: [String])
    /// What was asked for cannot be.
    case refused(String)

    /// What of the registry can't be read, so that nothing is made anew from it.
    case registryUnreadable(String, String)

    case newer(String)
    case unwritable(String, String)
    case isTheLedger(String)
    case exists(String)
    /// A process keeps it, or writes it just now.
    case isKept(String)
    /// Somebody reads it for so long that it can't be replaced.
    case isRead(String)

    public var description: String {
        switch self {
        case .missing(let path):
            "there is no ledger at \(path); `leadline up` or `leadline ledger run` makes it from the score stream"
        case .otherSchema(let path):
            "the ledger at \(path) is of another version of Leadline; `leadline up` or `leadline ledger run` brings it up"
        case .damaged: "the ledger holds a row that Leadline never writes; `leadline ledger rebuild` makes it anew"
        case .unknownOrganization(let name, let known):
            "the ledger knows nothing of organization \(name) yet: it learns of one by the first result of a record. "
                + (known.isEmpty ? "It is empty" : "It knows \(Self.list(known))")
        case .refused(let why): why
        case .registryUnreadable(let path, let fault):
            "the registry can't be read whole, so the ledger \(path) is left as it is, with its history: \(fault)"
        case .isTheLedger(let path): "\(path) is the ledger itself: name another file"
        case .exists(let path): "\(path) is there already: name another file, or replace it with --force"
        case .isKept(let path):
            "\(path) is kept by a projector, or another backup writes it: name another file, or end that process"
        case .isRead(let path):
            "the ledger \(path) is left as it is: somebody reads it for so long that it can't be replaced. End that, and try again"
        case .unwritable(let path, let cause): "cannot write \(path): \(cause)"
        case .newer(let path):
            "the ledger at \(path) was made by a newer version of Leadline, and is left as it is: run that version, or name another file by LEADLINE_LEDGER_FILE"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.prefix(10).joined(separator: ", ") + (names.count > 10 ? " and \(names.count - 10) more" : "")
    }
}
