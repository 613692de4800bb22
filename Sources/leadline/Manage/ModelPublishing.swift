import ArgumentParser
import Glibc
import LeadModel
import Operations

// The subcommands of `leadline model` that change something.

extension ModelCommand {
    struct Publish: SettingsCommand {
        static let configuration = CommandConfiguration(abstract: "Publishes a version: it scores from now on.")
        @OptionGroup var target: Target
        @Argument(help: "The model.") var name: String
        @Option(help: ArgumentHelp("Its version; by default the newest.", valueName: "n")) var version: Int?
        @Flag(help: "Scores stored records by it at once, not with the next daily sweep.") var now = false

        func run(_ settings: Settings) throws {
            let publication = try target.models(settings).publish(name, version: version, startsSweep: now)
            print("published \(publication.version); it scores from now on")
            print(publication.sweepText(target))
        }
    }

    struct Rollback: SettingsCommand {
        static let configuration = CommandConfiguration(abstract: "Publishes the version that was published before.")
        @OptionGroup var target: Target

        func run(_ settings: Settings) throws {
            let publication = try target.models(settings).rollback()
            print("published \(publication.version) again; it scores from now on")
            print(publication.sweepText(target))
        }
    }

    struct Delete: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a model out of use: if it is published, nothing scores afterwards.")
        @OptionGroup var target: Target
        @Argument(help: "The model.") var name: String
        @Flag(help: "Without asking.") var yes = false

        func run(_ settings: Settings) throws {
            let models = try target.models(settings)
            let isPublished = try models.isPublished(name)
            if !yes { try confirm(isPublished: isPublished) }
            try models.delete(name)
            print("deleted \(name); the reasons of its past scores stay readable")
            if isPublished { print("a sweep removes its scores from stored \(target.entity.plural) now") }
        }

        private func confirm(isPublished: Bool) throws {
            let effect = isPublished ? ", and then nothing scores the \(target.entity.plural) of \(target.org)" : ""
            guard isatty(STDIN_FILENO) == 1 else {
                throw Failure(.usage, "this deletes model \(name)\(effect): add --yes to confirm")
            }
            print("Delete model \(name)\(effect)? Type its name: ", terminator: "")
            guard readLine() == name else { throw Failure(.usage, "the name doesn't match: nothing was deleted") }
        }
    }
}

extension Target {
    func models(_ settings: Settings) throws -> ModelAdministration {
        ModelAdministration(try Servers(settings).deployment, organization: org, entity: entity)
    }
}

extension ModelAdministration.Publication {
    /// When stored records are scored by the version.
    func sweepText(_ target: Target) -> String {
        guard let nextSweep else {
            return
                "stored open \(target.entity.plural) are scored by it now; `leadline sweep status` shows how far it is"
        }
        return """
            stored open \(target.entity.plural) are scored by it in the next daily sweep, \(nextSweep.local) \
            \(nextSweep.zone), or when you run `leadline sweep run\(target.flags)`
            """
    }
}

extension ModelName {
    /// The rule for names of models, as the end of an error that begins with the flag or the name.
    static let rule =
        "must have 1 to 100 bytes of composed Unicode (NFC), no control characters, no blanks at its ends, and no "
        + "combining mark at its start"
}
