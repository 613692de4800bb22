import ArgumentParser
import Intake
import LeadModel

/// What the columns of a file are. The same for all commands that read one.
struct ColumnFlags: ParsableArguments {
    @Option(help: ArgumentHelp("The column of the record's id.", valueName: "col")) var id: String?
    @Option(help: ArgumentHelp("The column of the outcome; empty means open.", valueName: "col")) var outcome: String?
    @Option(help: ArgumentHelp("The outcome that is the good one.", valueName: "value")) var positive: String?
    @Option(help: ArgumentHelp("The column of the date of creation.", valueName: "col")) var created: String?
    @Option(help: ArgumentHelp("The column of the date of closing.", valueName: "col")) var closed: String?
    @Option(help: ArgumentHelp("The column of the owner.", valueName: "col")) var owner: String?
    @Option(help: ArgumentHelp("The column of the record's own name.", valueName: "col")) var title: String?
    @Option(help: ArgumentHelp("A text that means missing; can be repeated.", valueName: "value"))
    var missing: [String] = []
    @Option(help: ArgumentHelp("A column to leave out; can be repeated.", valueName: "col"))
    var exclude: [String] = []
    @Option(help: ArgumentHelp("The only columns to use as attributes; can be repeated.", valueName: "col"))
    var only: [String] = []

    /// The flags that were given and name a column of a file.
    var roleFlags: [String] {
        [
            ("--id", id), ("--outcome", outcome), ("--positive", positive), ("--created", created),
            ("--closed", closed), ("--owner", owner), ("--title", title),
        ].filter { $0.1 != nil }.map(\.0)
    }

    func validate() throws {
        if outcome != nil, positive == nil {
            throw ValidationError("--outcome needs --positive VALUE: which of its values is the good one")
        }
        if outcome == nil, positive != nil {
            throw ValidationError("--positive needs --outcome COL: which column holds the outcome")
        }
    }

    /// The file, checked against the flags.
    func open(_ path: String, _ entity: Entity, modified: String? = nil, fold: String? = nil) throws -> RecordFile {
        try InputFile.require(path)
        var roles = ColumnRoles(entity: entity)
        (roles.id, roles.outcome, roles.positive) = (id, outcome, positive)
        (roles.created, roles.closed, roles.modified) = (created, closed, modified)
        (roles.owner, roles.name, roles.fold) = (owner, title, fold)
        (roles.missing, roles.exclude, roles.only) = (missing, exclude, only)
        return try RecordFile(path: path, roles: roles)
    }
}
