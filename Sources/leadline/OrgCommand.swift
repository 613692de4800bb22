import ArgumentParser
import Contract
import Foundation
import LeadModel
import Registry

struct OrgCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "org", abstract: "Organizations: one tenant each, everything is kept apart by them.",
        subcommands: [Create.self, List.self, Show.self, Set.self])

    struct Name: ParsableArguments {
        @Argument(help: "1 to 40 of a–z, 0–9 and -.")
        var name: String

        func validate() throws {
            guard Contract.Organization.isValid(name) else {
                throw ValidationError("a name has 1 to 40 of a–z, 0–9 and -, not \(name.debugDescription)")
            }
        }
    }

    /// What `create` and `set` can say.
    struct Changes: ParsableArguments {
        @Option(help: "Records scored a month before the limit counts as passed, or none.")
        var limit: String?
        @Option(help: "When the daily sweep is due, HH:MM.")
        var sweep: String?
        @Option(help: "The time zone of it, as Europe/Berlin.")
        var zone: String?
        @Option(help: "When changes are scored: daily or realtime.")
        var updates: String?
        @Option(help: "How many attribute names a partition may know.")
        var names: Int?

        func apply(to settings: inout OrganizationSettings) throws {
            if let limit {
                guard limit == "none" || Int(limit) != nil else {
                    throw ValidationError("--limit is a number of records, or none")
                }
                settings.limit = Int(limit)
            }
            settings.sweepTime = sweep ?? settings.sweepTime
            if let zone {
                guard TimeZone(identifier: zone) != nil else {
                    throw ValidationError("--zone \(zone.debugDescription) is not a time zone, such as Europe/Berlin")
                }
                settings.zone = zone
            }
            if let updates {
                guard let known = OrganizationSettings.Updates(rawValue: updates) else {
                    throw ValidationError("--updates is daily or realtime")
                }
                settings.updates = known
            }
            settings.names = names ?? settings.names
            if let fault = settings.fault { throw ValidationError(fault) }
        }

        /// What is changed, as the audit log has it.
        var words: String {
            [
                limit.map { "limit \($0)" }, sweep.map { "sweep \($0)" }, zone.map { "zone \($0)" },
                updates.map { "updates \($0)" }, names.map { "names \($0)" },
            ].compactMap(\.self).joined(separator: ", ")
        }
    }

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes an organization.")
        @OptionGroup var name: Name
        @OptionGroup var changes: Changes
        @Option(help: "Shares of its records, for good: 16 are enough for a million.")
        var partitions = OrganizationSettings().partitions

        func run() throws {
            var settings = OrganizationSettings()
            settings.partitions = partitions
            try changes.apply(to: &settings)
            guard try Servers.withRegistry({ try $0.create(name.name, settings) }) else {
                throw Failure(.data, "there is an organization \(name.name) already; `org set` changes it")
            }
            print("made organization \(name.name)")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists all organizations.")
        @Flag(help: "As JSON.") var json = false

        func run() throws {
            let names = try Servers.withRegistry { try $0.organizations() }
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
        @Flag(help: "As JSON.") var json = false

        func run() throws {
            let (settings, audit) = try Servers.withRegistry { registry in
                (try registry.need(name.name), try registry.audit(of: name.name))
            }
            if json { return try printJSON(Shown(name: name.name, settings, audit)) }
            var table = Table(header: ["organization", name.name])
            table.rows = [
                ["limit a month", settings.limit.map { "\($0) records" } ?? "none"],
                ["daily sweep", "\(settings.sweepTime) \(settings.zone)"],
                ["updates", settings.updates.rawValue], ["partitions", "\(settings.partitions)"],
                ["names", "\(settings.names)"], ["made", settings.created.text],
            ]
            print(table.render())
            print("\nnewest changes")
            for line in audit {
                print("  \(line.at.text)  \(line.author)  \(line.action) \(line.entity) \(line.detail)")
            }
        }

        private struct Shown: Encodable {
            var organization: String
            var limit: Int?
            var sweep, zone, updates: String
            var partitions, names: Int
            var created: String
            var audit: [Line]

            struct Line: Encodable { var at, by, action, entity, what: String }

            init(name: String, _ settings: OrganizationSettings, _ audit: [AuditLine]) {
                organization = name
                limit = settings.limit
                (sweep, zone, updates) = (settings.sweepTime, settings.zone, settings.updates.rawValue)
                (partitions, names, created) = (settings.partitions, settings.names, settings.created.text)
                self.audit = audit.map {
                    Line(at: $0.at.text, by: $0.author, action: $0.action, entity: $0.entity, what: $0.detail)
                }
            }
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Changes an organization's settings.")
        @OptionGroup var name: Name
        @OptionGroup var changes: Changes

        func run() throws {
            guard !changes.words.isEmpty else {
                throw ValidationError("say what to set: --limit, --sweep, --zone, --updates or --names")
            }
            try Servers.withRegistry { registry in
                var settings = try registry.need(name.name)
                try changes.apply(to: &settings)
                try registry.set(settings, of: name.name, detail: changes.words)
            }
            print("set \(changes.words) for \(name.name)")
        }
    }
}
