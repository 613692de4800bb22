import ArgumentParser
import Operations
import Report

struct DamagedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "damaged", abstract: "Stored records that can't be read: list, show or drop them.",
        discussion: """
            Workers skip a record whose bytes in Redis can't be read, and reject its events as damaged-record. Restore the \
            bytes from a backup, or drop the record: then requeue its events, or let its connector send a snapshot.
            """,
        subcommands: [List.self, Show.self, Drop.self])

    private static func administration(_ settings: Settings) throws -> DamagedAdministration {
        DamagedAdministration(try Servers(settings).deployment)
    }

    struct List: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists damaged records, the earliest first.",
            discussion: "At most 1,000 an organization. A name ends in a hash of the record's id.")
        @OptionGroup var listing: ParkedListingFlags

        func run(_ settings: Settings) throws {
            let page = try administration(settings).list(organization: listing.org, limit: listing.limit)
            let table = Table(header: ["name", "when", "bytes", "reason"], rightAligned: [2])
            try listing.show(page, what: "damaged records", table) { [$0.name, $0.foundAt, "\($0.bytes)", $0.reason] }
        }
    }

    struct Show: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows one with its id and its bytes, personal data included.")
        @Argument(help: "Its name, as `list` shows it.") var name: String
        @Flag(help: "Print JSON.") var json = false

        func run(_ settings: Settings) throws {
            guard let content = try administration(settings).content(name) else {
                throw Failure(unknownDamaged: name)
            }
            if json { return try printJSON(content) }
            print("id: \(content.id)".printable)
            print("found: \(content.foundAt)")
            print("reason: \(content.reason)".printable)
            print("bytes: \(content.bytes)\n\n\(content.printable)")
        }
    }

    struct Drop: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Removes damaged records for good; one that can be read again only leaves the list.",
            discussion: """
                If a partition's dictionary of names lost names, it gets a new one: records that use a former name are \
                damaged then, and can be dropped in turn.
                """)
        @Argument(help: ArgumentHelp("Their names, as `list` shows them.", valueName: "name")) var names: [String] = []
        @Flag(help: "All that are listed now.") var all = false
        @Option(help: ArgumentHelp("With --all: only those of this organization.", valueName: "name")) var org: String?

        func validate() throws {
            if names.isEmpty != all { throw ValidationError("give the names that `list` shows, or --all") }
            if org != nil, !all { throw ValidationError("--org narrows --all: give --all too") }
            if let org { try OrganizationArgument.validate(org, "--org") }
        }

        func run(_ settings: Settings) throws {
            let outcome: DamagedAdministration.Dropped
            do {
                outcome = try administration(settings).drop(all ? nil : names, organization: org)
            } catch let error as UnknownDamaged {
                throw Failure(unknownDamaged: error.name)
            }
            print("dropped \(outcome.dropped), readable again or gone \(outcome.repaired)")
            if outcome.dictionaries > 0 { print("new dictionaries of names: \(outcome.dictionaries)") }
            for (name, reason) in outcome.left { printError("\(name) stays: \(reason)") }
            if !outcome.left.isEmpty { throw ExitCode(Failure.Code.data.rawValue) }
        }
    }
}

extension Failure {
    fileprivate init(unknownDamaged name: String) {
        self.init(
            .data, "no damaged record \(name.debugDescription) is listed; `leadline damaged list` shows what there is")
    }
}
