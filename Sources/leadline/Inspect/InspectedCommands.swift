import Intake
import LeadModel
import Operations

/// The commands that an inspection suggests.
struct InspectedCommands {
    /// Nil if the outcome was not found.
    let train: CommandText?
    /// Nil if the id or the outcome was not found.
    let importing: CommandText?

    init(_ inspection: FileInspection, organization: String) {
        let roles = inspection.roles
        let columns: [(String, String?)] = [
            ("--id", roles.id), ("--created", roles.created), ("--closed", roles.closed), ("--owner", roles.owner),
            ("--title", roles.name), ("--stage", roles.stage), ("--encoding", inspection.reading.encoding?.name),
            ("--delimiter", inspection.reading.delimiter.map { String(UnicodeScalar($0)) }),
            ("--date-order", roles.dateOrder?.rawValue), ("--decimal", inspection.decimal?.rawValue),
        ]
        let target = Target.flags(organization, roles.entity).split(separator: " ").map(String.init)
        let flags =
            target + OutcomeFlags.arguments(roles.outcomes)
            + columns.flatMap { flag, value in value.map { [flag, $0] } ?? [] }
            + roles.exclude.flatMap { ["--exclude", $0] }
        let path = inspection.file.path
        let isKnown = inspection.survey != nil
        train =
            isKnown ? CommandText(["leadline", "train", path] + flags + ["--name", "sales", "--publish"]) : nil
        importing = isKnown && roles.id != nil ? CommandText(["leadline", "import", path] + flags) : nil
    }
}

extension CommandText {
    /// On several lines of a shell, each of at most `width` characters where its words allow it. A flag keeps its value.
    func wrapped(_ width: Int) -> String {
        var words: [String] = []
        for argument in arguments {
            if !argument.hasPrefix("--"), let flag = words.last, flag.hasPrefix("--"), !flag.contains(" ") {
                words[words.count - 1] = flag + " " + Self.quoted(argument)
            } else {
                words.append(Self.quoted(argument))
            }
        }
        var (lines, line) = ([String](), "")
        for word in words {
            if line.isEmpty {
                line = word
            } else if line.count + word.count + 3 <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = "    " + word
            }
        }
        return (lines + [line]).joined(separator: " \\\n")
    }
}
