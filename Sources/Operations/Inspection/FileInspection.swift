import Intake
import LeadModel
import LeadTrainer

/// What a file of records holds, what its columns probably are, and the flags to train on and import it with.
public struct FileInspection: Sendable {
    public struct Column: Sendable {
        public var profile: ColumnProfile
        /// What its values are: "number", "category", "date", "list", "e-mail", "text", "empty".
        public var kind: String
        /// What it counts as: a role, "attribute" or "left out".
        public var use: String
        /// Why; nil if the use says it.
        public var why: String?
    }

    public let file: RecordFile
    public let profile: FileProfile
    public private(set) var roles: ColumnRoles
    public private(set) var columns: [Column] = []
    /// The records by their outcomes; nil if the outcome was not found.
    public private(set) var survey: FileSurvey?
    /// Sentences: what was not found, and what to know.
    public private(set) var notes: [String] = []
    /// The attributes that probably give away the outcome, with train's reasons.
    public private(set) var leaks: [TrainingWarning] = []
    /// The decimal sign that is taken where the values don't show it; nil if all show it. The same of dates is in `roles`.
    public private(set) var decimal: DecimalSign?

    /// Columns beyond the limit of attributes.
    private var surplus: Set<String> = []

    /// - Parameters:
    ///   - entity: nil to guess it.
    ///   - progress: called with the number of rows that are read.
    /// - Throws: `IntakeError`.
    public init(path: String, reading: FileReading, entity: Entity? = nil, progress: (Int) -> Void) throws {
        do {
            (file, profile) = try Self.profile(path, reading, progress)
        } catch let error {
            guard let name = error.likelyEncoding else { throw error }
            var reading = reading
            reading.encoding = TextEncoding(name)
            (file, profile) = try Self.profile(path, reading, progress)
            notes.append("the file is not UTF-8; it is read as \(name). If letters are wrong, give --encoding")
        }
        roles = RoleGuess(profile, entity: entity).roles
        notes += profile.notes
        leaveOutTooMany()
        let screened = try screen()
        describe(screened)
    }

    public var reading: FileReading { file.reading }

    private static func profile(
        _ path: String, _ reading: FileReading, _ progress: (Int) -> Void
    ) throws(IntakeError) -> (RecordFile, FileProfile) {
        let file = try RecordFile(path: path, roles: ColumnRoles(), reading: reading)
        return (file, try FileProfile(file, progress: progress))
    }

    /// Beyond the limit of attributes, columns with one value are left out first, then the emptiest.
    private mutating func leaveOutTooMany() {
        let taken = Set(
            ColumnRole.allCases.compactMap { roles.column(of: $0) } + roles.outcomes.columns + roles.exclude)
        let attributes = profile.columns.filter { !$0.isEmpty && !taken.contains($0.name) }
        guard attributes.count > FileSurvey.mostAttributes else { return }
        let least = attributes.sorted { (min($0.distinct, 2), $0.filled) < (min($1.distinct, 2), $1.filled) }
        surplus = Set(least.prefix(attributes.count - FileSurvey.mostAttributes).map(\.name))
        roles.exclude += profile.columns.map(\.name).filter(surplus.contains)
        notes.append(
            "\(attributes.count.grouped) columns have values, and \(FileSurvey.mostAttributes) attributes is the most: "
                + "\(surplus.count.grouped) that are always the same or the emptiest are left out")
    }

    /// Surveys the outcomes, and finds what leaks as a training does.
    private mutating func screen() throws -> [Exact: ScreenedAttribute] {
        guard roles.outcomes.isGiven else {
            notes.append("no column looks like an outcome: say which one it is, and which values are good")
            return [:]
        }
        do {
            let surveyed = try RecordFile(path: file.path, roles: roles, reading: reading)
            let survey = try FileSurvey(surveyed, for: .training)
            self.survey = survey
            var options = TrainingOptions(entity: roles.entity)
            options.exclude = roles.exclude.map { roles.attribute(ofColumn: $0) }
            let table = try TrainingData.table(
                of: surveyed.without(survey.superseded).withAllAttributes(), options: options
            ) { _ in }
            guard let screened = Trainer.screen(table) else {
                notes.append("there are too few closed records to find out what gives away the outcome")
                return [:]
            }
            let warnings = screened.flatMap(\.warnings)
            leaks = warnings.filter { $0.kind == .suspectedLeak }
            note(warnings, surveyed.dates)
            let sensitive = screened.filter(\.isSensitive).map(\.name)
            if !sensitive.isEmpty {
                notes.append(
                    "sensitive by name: \(sensitive.joined(separator: ", ")); --bar-sensitive leaves such attributes out"
                )
            }
            if screened.contains(where: { $0.reason == .used && !$0.isSuspected }) {
                roles.exclude += screened.filter(\.isSuspected).compactMap { attribute in
                    profile.columns.map(\.name).first { roles.attribute(ofColumn: $0) == attribute.name }
                }
            }
            return Dictionary(screened.map { (Exact($0.name), $0) }) { first, _ in first }
        } catch let refusal as OutcomeRefusal {
            notes.append(refusal.description { _ in nil })
        } catch let error as IntakeError where error.options.contains(.exclude) {
            // Too many columns: what is empty or nearly so is left out.
            notes.append("\(error.what). \(error.advice ?? "")")
        }
        return [:]
    }

    /// Notes what can't be read and what is guessed, and takes what is guessed of all columns alike as said.
    private mutating func note(_ warnings: [TrainingWarning], _ dates: FileDates) {
        notes += dates.warnings
        notes += warnings.filter { $0.kind == .guessedSpelling || $0.kind == .unreadable }.map(\.description)
        var orders = Set(dates.guessed.map(\.order))
        for case .dateOrder(let order)? in warnings.map(\.guess) { orders.insert(order) }
        if orders.count == 1 { roles.dateOrder = orders.first }
        for case .decimal(let sign)? in warnings.map(\.guess) { decimal = sign }
    }

    private mutating func describe(_ screened: [Exact: ScreenedAttribute]) {
        let leaking = Set(leaks.compactMap(\.attribute))
        columns = profile.columns.map { profile in
            let attribute = roles.attribute(ofColumn: profile.name)
            let found = screened[Exact(attribute)]
            var column = Column(profile: profile, kind: found?.kind ?? profile.kind, use: "attribute")
            let held = ColumnRole.allCases.filter { $0 != .outcome && roles.column(of: $0) == profile.name }.map(\.word)
            let isOutcome = roles.outcomes.columns.contains(profile.name)
            if isOutcome || !held.isEmpty {
                column.use = ((isOutcome ? ["outcome"] : []) + held).joined(separator: ", ")
            } else if profile.isEmpty {
                (column.use, column.why) = ("left out", "it is empty")
            } else if leaking.contains(attribute), roles.exclude.contains(profile.name) {
                (column.use, column.why) = ("left out", "it gives away the outcome")
            } else if roles.exclude.contains(profile.name) {
                (column.use, column.why) = (
                    "left out",
                    surplus.contains(profile.name)
                        ? "there are too many columns" : "by its name it changes when a record closes"
                )
            } else if let found, found.reason == .identifier {
                (column.use, column.why) = ("left out", "it is an id, or nearly all its values differ")
            } else if let found, found.reason == .unreadable {
                (column.use, column.why) = (
                    "left out", "most of its values are numbers or dates, but not all can be read"
                )
            } else if let found, found.reason == .constant {
                (column.use, column.why) = ("left out", "it is the same for nearly all closed records")
            } else if let found, found.reason == .twin {
                (column.use, column.why) = ("left out", "it says the same as another column")
            }
            return column
        }
        if roles.id == nil { notes.append("no column looks like the records' id, which an import needs (--id)") }
        if roles.created == nil { notes.append("no column looks like the date of creation (--created)") }
    }
}

extension ColumnProfile {
    /// By the values alone.
    fileprivate var kind: String {
        if isEmpty { return "empty" }
        return areAddresses
            ? "e-mail" : isDate ? "date" : isNumber ? "number" : distinct * 10 >= filled * 9 ? "text" : "category"
    }
}

extension ColumnRole {
    fileprivate var word: String {
        switch self {
        case .id: "id"
        case .outcome: "outcome"
        case .created: "created"
        case .closed: "closed"
        case .modified: "modified"
        case .owner: "owner"
        case .name: "title"
        case .stage: "stage"
        case .stageSince: "stage since"
        case .process: "process"
        case .fold: "fold"
        }
    }
}
