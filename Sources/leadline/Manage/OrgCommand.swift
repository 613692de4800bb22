import ArgumentParser
import Contract
import Foundation
import LeadModel
import Operations
import Registry
import Report
import Views

extension OrganizationSettings.Updates: ExpressibleByArgument {}
extension OrganizationSettings.ProcessUse: ExpressibleByArgument {}

struct OrgCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org",
        abstract: "Organizations. Each is a tenant of its own, with its own records, models and settings.",
        subcommands: [Create.self, List.self, Show.self, Set.self])

    struct Name: ParsableArguments {
        @Argument(help: "1 to 40 of a–z, 0–9 and -.")
        var name: String

        func validate() throws { try OrganizationArgument.validate(name, "the name") }
    }

    /// The settings that `create` and `set` take.
    struct Changes: ParsableArguments {
        @Option(
            help: ArgumentHelp("Records scored a month, or none. Exceeding the limit stops nothing.", valueName: "n"))
        var limit: String?
        @Option(help: ArgumentHelp("When the daily sweep is due.", valueName: "HH:MM")) var sweep: String?
        @Option(help: ArgumentHelp("The sweep's time zone, such as Europe/Berlin.", valueName: "zone")) var zone:
            String?
        @Option(help: "When changes are scored.") var updates: OrganizationSettings.Updates?
        @Option(help: ArgumentHelp("How many attribute names a partition may have.", valueName: "n")) var names: Int?
        @Option(
            help: ArgumentHelp(
                "Sweeps score a record again until it is this old.", valueName: "days"))
        var window: Int?
        @Option(
            help: ArgumentHelp(
                "A score that moved by at most this much has a steady trend. Published trends stay.",
                valueName: "points"))
        var steady: Int?
        @Option(
            help: ArgumentHelp(
                "How long the tombstone of a deleted record is kept, so that late events are recognized.",
                valueName: "days"))
        var deletedDays: Int?
        @Option(
            help: ArgumentHelp(
                "How long the tombstone of an erased record is kept, so that it never comes back. At least 31.",
                valueName: "days"))
        var erasedDays: Int?
        @Option(
            help: ArgumentHelp(
                "How long the tombstone of a removed value is kept, so that no older value comes back.",
                valueName: "days"))
        var marksDays: Int?
        @Flag(
            inversion: .prefixedNo,
            help: ArgumentHelp(
                "Refuse events with values that are too long, too many or of an unusable type. By default such values "
                    + "are cut or dropped."))
        var strict: Bool?
        @Flag(
            inversion: .prefixedNo,
            help: ArgumentHelp(
                "Trainings leave out sensitive attributes: sex, age, marital status, religion, health, origin and the "
                    + "like, as their names say."))
        var barSensitive: Bool?
        @Option(
            help: ArgumentHelp(
                "When a record's process decides which models are for it: always, or in the sweep alone."))
        var process: OrganizationSettings.ProcessUse?

        func apply(to settings: inout OrganizationSettings) throws {
            if let limit {
                guard limit == "none" || Int(limit) != nil else {
                    throw ValidationError("--limit must be a number of records, or none")
                }
                settings.limit = Int(limit)
            }
            settings.sweepTime = sweep ?? settings.sweepTime
            settings.zone = zone ?? settings.zone
            guard TimeZone(identifier: settings.zone) != nil else {
                throw ValidationError(
                    "--zone \(settings.zone.debugDescription) is not a time zone, such as Europe/Berlin")
            }
            settings.updates = updates ?? settings.updates
            settings.names = names ?? settings.names
            settings.window = window ?? settings.window
            settings.steady = steady ?? settings.steady
            settings.deletedDays = deletedDays ?? settings.deletedDays
            settings.erasedDays = erasedDays ?? settings.erasedDays
            settings.marksDays = marksDays ?? settings.marksDays
            settings.isStrict = strict ?? settings.isStrict
            settings.barsSensitive = barSensitive ?? settings.barsSensitive
            settings.process = process ?? settings.process
            guard let fault = settings.fault else { return }
            // The text begins with the setting's name: "limit must be …", "sweep time must be …", "deleted days must be …".
            throw ValidationError(
                "--" + fault.replacing("sweep time", with: "sweep").replacing(" days must", with: "-days must"))
        }

        /// The changes, for the audit log.
        var words: String {
            [
                limit.map { "limit \($0)" }, sweep.map { "sweep \($0)" }, zone.map { "zone \($0)" },
                updates.map { "updates \($0.rawValue)" }, names.map { "names \($0)" },
                window.map { "window \($0)" }, steady.map { "steady \($0)" },
                deletedDays.map { "deleted-days \($0)" }, erasedDays.map { "erased-days \($0)" },
                marksDays.map { "marks-days \($0)" }, strict.map { $0 ? "strict" : "no-strict" },
                barSensitive.map { $0 ? "bar-sensitive" : "no-bar-sensitive" },
                process.map { "process \($0.rawValue)" },
            ].compactMap(\.self).joined(separator: ", ")
        }
    }

    struct Create: SettingsCommand {
        static let configuration = CommandConfiguration(abstract: "Creates an organization.")
        @OptionGroup var name: Name
        @OptionGroup var changes: Changes
        @Option(
            help: ArgumentHelp(
                "Partitions of its records, which can't be changed later. 16 are enough for a million records.",
                valueName: "n"))
        var partitions = OrganizationSettings().partitions

        func validate() throws { _ = try settings() }

        func run(_ settings: Settings) throws {
            let organizations = OrganizationAdministration(try Servers(settings).deployment)
            guard try organizations.create(name.name, self.settings()) else {
                throw Failure(
                    .data, "organization \(name.name) exists already; `leadline org set \(name.name)` changes it")
            }
            print("created organization \(name.name)")
        }

        private func settings() throws -> OrganizationSettings {
            var settings = OrganizationSettings()
            settings.partitions = partitions
            try changes.apply(to: &settings)
            return settings
        }
    }

    struct List: SettingsCommand {
        static let configuration = CommandConfiguration(abstract: "Lists all organizations.")
        @Flag(help: "Print JSON.") var json = false

        func run(_ settings: Settings) throws {
            let names = try Servers(settings).withRedis { try RegistryReader($0).organizations() }
            if json { return try printJSON(names) }
            print(
                names.isEmpty
                    ? "no organization yet; to create one: `leadline org create NAME`" : names.joined(separator: "\n"))
        }
    }

    struct Show: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows an organization's settings and the newest changes of its registry.")
        @OptionGroup var name: Name
        @Flag(help: "Print JSON.") var json = false

        func run(_ settings: Settings) throws {
            let view = try Servers(settings).withRedis { try OrganizationView(name.name, from: $0) }
            if json { return try printJSON(view) }
            let settings = view.settings
            var table = Table(header: ["organization", name.name])
            table.rows = [
                ["limit a month", settings.limit.map { "\($0.grouped) records" } ?? "none"],
                ["daily sweep", "\(settings.sweepTime) \(settings.zone)"],
                ["updates", settings.updates.rawValue], ["partitions", "\(settings.partitions)"],
                ["names", settings.names.grouped], ["swept for", "\(settings.window) days"],
                ["steady within", "\(settings.steady) points"], ["deleted for", "\(settings.deletedDays) days"],
                ["erased for", "\(settings.erasedDays) days"], ["null tombstones for", "\(settings.marksDays) days"],
                ["a record's process", settings.process == .always ? "decides always" : "decides in the sweep alone"],
                ["sensitive attributes", settings.barsSensitive ? "are left out of trainings" : "are warned of"],
                ["values that don't fit", settings.isStrict ? "refuse the event (strict)" : "are cut or dropped"],
            ]
            table.rows += Entity.allCases.map { ["grades of \($0.plural)", settings.ranges($0).words] }
            table.rows.append(["created", settings.created.text])
            print(table.render())
            var changes = Table(header: ["newest changes", "by", "", "", ""])
            changes.rows = view.changes.map { [$0.at.text, $0.author, $0.action, $0.entity, $0.detail] }
            print("\n" + changes.render())
        }
    }

    struct Set: SettingsCommand {
        static let configuration = CommandConfiguration(abstract: "Changes an organization's settings.")
        @OptionGroup var name: Name
        @OptionGroup var changes: Changes

        func validate() throws {
            guard !changes.words.isEmpty else {
                throw ValidationError("give at least one setting, such as --limit, --sweep, --zone or --updates")
            }
            var settings = OrganizationSettings()
            try changes.apply(to: &settings)
        }

        func run(_ settings: Settings) throws {
            let organizations = OrganizationAdministration(try Servers(settings).deployment)
            try organizations.set(name.name, detail: changes.words) { try changes.apply(to: &$0) }
            print("set \(changes.words) for \(name.name)")
        }
    }
}
