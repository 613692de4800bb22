import ArgumentParser
import Contract
import Foundation
import LeadModel
import Ledger

struct LedgerCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Compares the ledger with the registry, and names what differs.",
        discussion: """
            Every record that was ever shown, and all that is open in the ledger. What differs at first is looked at again \
            once the ledger has taken what is in the stream by then, so a busy fleet gives no false alarm. Fields are \
            named, never what they hold. 65 where something differs: `leadline ledger rebuild` mends it.
            """)

    @Flag(help: "Compares SQLite's indexes with their tables too, which takes longer.") var whole = false
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let settings = try Settings.read()
        let options = settings.ledgerOptions(try Servers(settings))
        let faults = try Self.faults(options.path, whole)
        let state = try LedgerState(options)
        let line = ProgressLine("comparing records")
        let comparison = try RegistryComparison(options) { line.show($0, of: nil) }
        line.finish()
        let shape = LedgerCheckShape(
            options.path, state, try LedgerContents(of: options.path), comparison, faults)
        if json { try printJSON(shape) } else { print(shape.text) }
        if !shape.ok { throw ExitCode(Failure.Code.data.rawValue) }
    }

    private static func faults(_ path: String, _ whole: Bool) throws -> [String] {
        do {
            return try LedgerFile.faults(of: path, whole: whole)
        } catch let error as LedgerError {
            throw error
        } catch {
            throw Failure(
                .data,
                "the ledger \(path) cannot be read: it is damaged, or no ledger. `leadline ledger rebuild` replaces it")
        }
    }
}

/// What `leadline ledger check --json` prints.
struct LedgerCheckShape: Encodable {
    var ok: Bool
    var file: String
    var isKept: Bool
    @OrNull var offset: Int64?
    @OrNull var endOffset: Int64?
    var behind: Int64
    var waiting: [String]
    var records, scorings, bytes: Int
    @OrNull var oldestScoring: String?
    var faults: [String]
    var compared, differing: Int
    var differences: [Differing]

    struct Differing: Encodable {
        var organization, entity, id: String
        var fields: [String]
    }

    init(
        _ path: String, _ state: LedgerState, _ contents: LedgerContents, _ comparison: RegistryComparison,
        _ faults: [String]
    ) {
        (file, isKept, self.faults) = (path, state.hasWriter, faults)
        (offset, endOffset, behind, waiting) = (state.offset, state.endOffset, state.behind, state.waiting)
        (records, scorings, bytes) = (contents.records, contents.scorings, contents.bytes)
        oldestScoring = contents.oldest?.text
        (compared, differing) = (comparison.compared, comparison.count)
        differences = comparison.differences.map {
            Differing(
                organization: $0.organization, entity: $0.entity.rawValue, id: $0.id.text,
                fields: $0.fields.map(\.rawValue))
        }
        ok = comparison.count == 0 && faults.isEmpty
    }

    /// For a person.
    var text: String {
        var lines = [
            "ledger    \(file), \(megabytes(bytes))\(faults.isEmpty ? "" : ", DAMAGED")",
            "holds     \(records) records, \(scorings) scorings\(oldestScoring.map { " since \($0)" } ?? "")",
            "stream    \(LedgerWords.place(behind: behind, isKept: isKept, waiting: waiting))",
            "registry  \(compared) records compared, \(differing == 0 ? "none differs" : "\(differing) differ")",
        ]
        lines += faults.map { "damaged   " + $0 }
        lines += differences.map {
            "differs   \($0.organization) \($0.entity) \($0.id): \($0.fields.joined(separator: ", "))".printable
        }
        if differing > differences.count { lines.append("          and \(differing - differences.count) more") }
        if !ok {
            lines.append(
                isKept || faults.isEmpty == false || behind == 0
                    ? "To mend it: `leadline ledger rebuild`"
                    : "Nobody keeps it: `leadline up` or `leadline ledger run` lets it catch up; then check again")
        }
        return lines.joined(separator: "\n")
    }
}

/// How a ledger stands, in words.
enum LedgerWords {
    static func place(behind: Int64, isKept: Bool, waiting: [String]) -> String {
        let place = behind == 0 ? "up to date" : "\(behind) results behind at most"
        let keeper = isKept ? "" : "; nobody keeps it: `leadline up` or `leadline ledger run` does"
        return place + waiting.map { "; it \($0)" }.joined() + keeper
    }
}
