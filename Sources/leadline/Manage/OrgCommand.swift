import ArgumentParser
import Contract
import Foundation
import LeadModel
import Registry
import Views

extension OrganizationSettings.Updates: ExpressibleByArgument {}

struct OrgCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org", abstract: "Organizations: one tenant each, everything is kept apart by them.",
        subcommands: [Create.self, List.self, Show.self, Set.self])

    struct Name: ParsableArguments {
        @Argument(help: "1 to 40 of a–z, 0–9 and -.")
        var name: String

        func validate() throws { try OrganizationArgument.validate(name, "the name") }
    }

    /// What `create` and `set` can say.
    struct Changes: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Records scored a month before the limit counts as passed, or none. Passing it stops nothing.",
                valueName: "n"))
        var limit: String?
        @Option(help: ArgumentHelp("When the daily sweep is due.", valueName: "HH:MM")) var sweep: String?
        @Option(help: ArgumentHelp("The time zone of it, as Europe/Berlin.", valueName: "zone")) var zone: String?
        @Option(help: "When changes are scored.") var updates: OrganizationSettings.Updates?
        @Option(help: ArgumentHelp("How many attribute names a partition may know.", valueName: "n")) var names: Int?
        @Option(
            help: ArgumentHelp(
                "How old a record may be, by when it came to be, for a sweep to score it again.", valueName: "days"))
        var window: Int?
        @Option(
            help: ArgumentHelp(
                "A score that moved by at most so much has a steady trend; those told already stay.",
                valueName: "points"))
        var steady: Int?
        @Option(
            help: ArgumentHelp(
                "How long a deleted record leaves word that it was: what comes late is then known to be.",
                valueName: "days"))
        var deletedDays: Int?
        @Option(
            help: ArgumentHelp(
                "How long it is known that a record was erased, so that it never comes back. At least 31.",
                valueName: "days"))
        var erasedDays: Int?
        @Option(
            help: ArgumentHelp(
                "How long it is known that a value was taken away, so that no older one comes back.",
                valueName: "days"))
        var marksDays: Int?

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
            guard let fault = settings.fault else { return }
            // It begins with the setting's name: "limit must be …", "sweep time must be …", "deleted days must be …".
            throw ValidationError(
                "--" + fault.replacing("sweep time", with: "sweep").replacing(" days must", with: "-days must"))
        }

        /// What is changed, as the audit log has it.
        var words: String {
            [
                limit.map { "limit \($0)" }, sweep.map { "sweep \($0)" }, zone.map { "zone \($0)" },
                updates.map { "updates \($0.rawValue)" }, names.map { "names \($0)" },
                window.map { "window \($0)" }, steady.map { "steady \($0)" },
                deletedDays.map { "deleted-days \($0)" }, erasedDays.map { "erased-days \($0)" },
                marksDays.map { "marks-days \($0)" },
            ].compactMap(\.self).joined(separator: ", ")
        }
    }

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes an organization.")
        @OptionGroup var name: Name
        @OptionGroup var changes: Changes
        @Option(help: ArgumentHelp("Shares of its records, for good: 16 are enough for a million.", valueName: "n"))
        var partitions = OrganizationSettings().partitions

        func validate() throws { _ = try settings() }

        func run() throws {
            let settings = try settings()
            guard try Servers.changeRegistry({ try $0.create(name.name, settings) }) else {
                throw Failure(
                    .data, "there is an organization \(name.name) already; `leadline org set \(name.name)` changes it")
            }
            print("made organization \(name.name)")
        }

        private func settings() throws -> OrganizationSettings {
            var settings = OrganizationSettings()
            settings.partitions = partitions
            try changes.apply(to: &settings)
            return settings
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists all organizations.")
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let names = try Servers.readRegistry { try $0.organizations() }
            if json { return try printJSON(names) }
            print(
                names.isEmpty
                    ? "no organization yet; `leadline org create NAME` makes one" : names.joined(separator: "\n"))
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows an organization's settings and the newest changes of its registry.")
        @OptionGroup var name: Name
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let view = try Servers.withRedis { try OrganizationView(name.name, from: $0) }
            if json { return try printJSON(view) }
            let settings = view.settings
            var table = Table(header: ["organization", name.name])
            table.rows = [
                ["limit a month", settings.limit.map { "\($0) records" } ?? "none"],
                ["daily sweep", "\(settings.sweepTime) \(settings.zone)"],
                ["updates", settings.updates.rawValue], ["partitions", "\(settings.partitions)"],
                ["names", "\(settings.names)"], ["swept for", "\(settings.window) days"],
                ["steady within", "\(settings.steady) points"], ["deleted for", "\(settings.deletedDays) days"],
                ["erased for", "\(settings.erasedDays) days"], ["null marks for", "\(settings.marksDays) days"],
            ]
            table.rows += Entity.allCases.map { ["grades of \($0.plural)", settings.ranges($0).words] }
            table.rows.append(["made", settings.created.text])
            print(table.render())
            var changes = Table(header: ["newest changes", "by", "", "", ""])
            changes.rows = view.changes.map { [$0.at.text, $0.author, $0.action, $0.entity, $0.detail] }
            print("\n" + changes.render())
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Changes an organization's settings.")
        @OptionGroup var name: Name
        @OptionGroup var changes: Changes

        func validate() throws {
            guard !changes.words.isEmpty else {
                throw ValidationError("say what to set: --limit, --sweep, --zone, --updates or another of the flags")
            }
            var settings = OrganizationSettings()
            try changes.apply(to: &settings)
        }

        func run() throws {
            try Servers.changeRegistry { registry in
                let former = try registry.requiredSettings(of: name.name)
                var settings = former
                try changes.apply(to: &settings)
                try registry.set(settings, from: former, of: name.name, detail: changes.words)
            }
            print("set \(changes.words) for \(name.name)")
        }
    }
}
