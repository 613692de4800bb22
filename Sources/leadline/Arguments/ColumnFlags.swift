import ArgumentParser
import Intake
import LeadModel
import LeadTrainer

extension FileOption {
    /// The command-line flag that sets it.
    var flag: String? {
        switch self {
        case .column(.id): "--id"
        case .column(.outcome): "--outcome"
        case .column(.created): "--created"
        case .column(.closed): "--closed"
        case .column(.modified): "--modified"
        case .column(.owner): "--owner"
        case .column(.name): "--title"
        case .column(.stage): "--stage"
        case .column(.stageSince): "--stage-since"
        case .column(.process): "--process"
        case .column(.fold): "--fold-column"
        case .positive: "--positive"
        case .negative: "--negative"
        case .open: "--open"
        case .positiveWhen: "--positive-when"
        case .negativeWhen: "--negative-when"
        case .openWhen: "--open-when"
        case .missing: "--missing"
        case .exclude: "--exclude"
        case .only: "--only"
        case .encoding: "--encoding"
        case .delimiter: "--delimiter"
        case .asOf: "--as-of"
        }
    }
}

/// What each column of a file is. All commands that read files share these flags.
struct ColumnFlags: ParsableArguments {
    @Option(help: ArgumentHelp("The column of the record's id.", valueName: "col")) var id: String?
    @OptionGroup var outcomes: OutcomeFlags
    @Option(help: ArgumentHelp("The column of the date of creation.", valueName: "col")) var created: String?
    @Option(help: ArgumentHelp("The column of the date of closing.", valueName: "col")) var closed: String?
    @Option(help: ArgumentHelp("The column of the owner.", valueName: "col")) var owner: String?
    @Option(help: ArgumentHelp("The column of the record's own name.", valueName: "col")) var title: String?
    @Option(help: ArgumentHelp("The column of the stage, which is used like an attribute.", valueName: "col"))
    var stage: String?
    @Option(help: ArgumentHelp("The date of entering the stage; read as days in stage.", valueName: "col"))
    var stageSince: String?
    @Option(help: ArgumentHelp("The column of the process, which is used like an attribute.", valueName: "col"))
    var process: String?
    @OptionGroup var format: FormatFlags
    @Option(help: ArgumentHelp("A text that means missing; can be repeated.", valueName: "value"))
    var missing: [String] = []
    @Option(
        help: ArgumentHelp(
            "A null word (NULL, N/A, None, -, …) that is a value and not missing; can be repeated.",
            valueName: "value"))
    var keep: [String] = []
    @Option(
        help: ArgumentHelp(
            "dmy or mdy: the order in dates like 03/04/2026, if the column doesn't show it.", valueName: "order"))
    var dateOrder: DateOrder?
    @Option(
        help: ArgumentHelp(
            "The decimal sign, . or , in numbers like 1.234, if the column doesn't show it.", valueName: "sign"))
    var decimal: DecimalSign?
    @Option(help: ArgumentHelp("A column to leave out; can be repeated.", valueName: "col"))
    var exclude: [String] = []
    @Option(help: ArgumentHelp("The only columns to use as attributes; can be repeated.", valueName: "col"))
    var only: [String] = []

    /// The given flags that name a column of a file, or a value in one.
    var roleFlags: [String] {
        [
            ("--id", id), ("--created", created), ("--closed", closed), ("--owner", owner), ("--title", title),
            ("--stage", stage), ("--stage-since", stageSince), ("--process", process),
        ].filter { $0.1 != nil }.map(\.0) + outcomes.given
    }

    /// The names of attributes for which a column was named.
    var fields: [Exact] {
        [(CoreAttribute.stage, stage), (.stageSince, stageSince), (.process, process)]
            .filter { $0.1 != nil }.map(\.0.name)
    }

    /// The file, checked against the flags.
    func open(_ path: String, _ entity: Entity, modified: String? = nil, fold: String? = nil) throws -> RecordFile {
        try InputFile.require(path)
        let file = try RecordFile(
            path: path, roles: roles(entity, modified: modified, fold: fold),
            reading: format.reading)
        for warning in file.dates.warnings { printError("warning: \(warning)") }
        return file
    }

    /// The file, checked against the flags, and surveyed: nothing is trained or published if it does not fit them.
    func survey(
        _ path: String, _ entity: Entity, for purpose: FileSurvey.Purpose = .training, modified: String? = nil,
        fold: String? = nil
    ) throws -> RecordFile {
        let file = try open(path, entity, modified: modified, fold: fold)
        let progress = ProgressLine("reading \(path)")
        let survey = try FileSurvey(file, for: purpose) { progress.show($0, of: nil) }
        progress.finish()
        for note in survey.notes + survey.outcomes.notes(entity) { printError("note: \(note)") }
        return file.without(survey.superseded)
    }

    /// What these flags say of the values, for a training.
    func putSpellings(into options: inout TrainingOptions) {
        (options.missing, options.keep) = (missing, keep)
        (options.decimal, options.dateOrder) = (decimal, dateOrder)
    }

    /// Converts the columns of `--exclude` or `--only` to names of attributes.
    func attributes(_ columns: [String], _ entity: Entity) -> [String] {
        columns.map { roles(entity).attribute(ofColumn: ColumnName.normal($0)) }
    }

    private func roles(_ entity: Entity, modified: String? = nil, fold: String? = nil) -> ColumnRoles {
        var roles = ColumnRoles(entity: entity)
        (roles.id, roles.outcomes) = (id, outcomes.rule)
        (roles.created, roles.closed, roles.modified) = (created, closed, modified)
        (roles.owner, roles.name, roles.fold) = (owner, title, fold)
        (roles.keep, roles.dateOrder) = (keep, dateOrder)
        (roles.missing, roles.exclude, roles.only) = (missing, exclude, only)
        (roles.stage, roles.stageSince, roles.process) = (stage, stageSince, process)
        return roles.normalized
    }
}
