import ArgumentParser
import LeadModel
import Operations
import Registry
import Report
import Views

struct GradesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grades", abstract: "The scores of grades A, B, C and D, for each organization and entity.",
        subcommands: [Show.self, Set.self])

    struct Show: SettingsCommand {
        static let configuration = CommandConfiguration(abstract: "Shows the scores of each grade.")
        @OptionGroup var target: Target
        @Flag(help: "Print JSON.") var json = false

        func run(_ settings: Settings) throws {
            let organization = try Servers(settings).withRedis {
                try RegistryReader($0).requiredSettings(of: target.org)
            }
            try GradesCommand.show(organization.ranges(target.entity), target, json: json)
        }
    }

    struct Set: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets the lowest score of grades. The next lower grade ends just below it.",
            discussion: """
                `--a 51` makes A 51 to 100, and B ends at 50. D always begins at 1. The grades of scored records follow soon, \
                without scoring them again: a record whose grade changes is published as `changed`.
                """)
        @OptionGroup var target: Target
        @Option(help: ArgumentHelp("The lowest score of A.", valueName: "score")) var a: Int?
        @Option(help: ArgumentHelp("The lowest score of B.", valueName: "score")) var b: Int?
        @Option(help: ArgumentHelp("The lowest score of C.", valueName: "score")) var c: Int?
        @Flag(help: ArgumentHelp("Set the default: \(GradeRanges.standard.words).")) var reset = false
        @Flag(help: "Print the new ranges as JSON.") var json = false

        private var minimums: [Grade: Int] {
            [.a: a, .b: b, .c: c].compactMapValues(\.self)
        }

        func validate() throws {
            if reset, !minimums.isEmpty { throw ValidationError("--reset can't be combined with --a, --b or --c") }
            if !reset, minimums.isEmpty {
                throw ValidationError("give --a, --b or --c with the grade's lowest score, or --reset")
            }
            for (flag, minimum) in [("--a", a), ("--b", b), ("--c", c)] {
                guard let minimum, !(2...100).contains(minimum) else { continue }
                throw ValidationError("\(flag) must be 2 to 100, since D begins at 1")
            }
        }

        func run(_ settings: Settings) throws {
            let organizations = OrganizationAdministration(try Servers(settings).deployment)
            let ranges: GradeRanges
            do {
                ranges = try organizations.setGrades(
                    reset ? nil : minimums, of: target.entity, organization: target.org)
            } catch let error as OrganizationAdministration.GradesRefused {
                throw Failure(
                    .data,
                    "\(target.org): \(error.refusal). Nothing was changed: the \(target.entity.plural)' grades are "
                        + error.current.words)
            }
            try GradesCommand.show(ranges, target, json: json)
        }
    }

    private static func show(_ ranges: GradeRanges, _ target: Target, json: Bool) throws {
        if json { return try printJSON(GradesView(ranges, organization: target.org, entity: target.entity)) }
        var table = Table(header: ["grade", "from", "to"], rightAligned: [1, 2])
        table.rows = Grade.allCases.map { grade in
            let span = ranges.span(of: grade)
            return [grade.rawValue, "\(span.lowerBound)", "\(span.upperBound)"]
        }
        print(table.render())
    }
}
