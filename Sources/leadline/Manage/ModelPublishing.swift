import ArgumentParser
import Glibc
import LeadModel
import Operations
import Registry
import Report

// The subcommands of `leadline model` that change something.

extension ModelCommand {
    struct Publish: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes a version: it scores the records that it is for from now on.",
            discussion: """
                Up to ten models can be published. Each record is scored by the first one that it is for: whose filter it \
                meets (`train --where`) and whose process it is in (`train --for-process`). A version takes the place of \
                the model's former one; a new model comes before those that are for all records.
                """)
        @OptionGroup var target: Target
        @Argument(help: "The model.") var name: String
        @Option(help: ArgumentHelp("Its version; by default the newest.", valueName: "n")) var version: Int?
        @Flag(help: "Scores stored records by it at once, not with the next daily sweep.") var now = false

        func run(_ settings: Settings) throws {
            let publication = try target.models(settings).publish(name, version: version, startsSweep: now)
            print("published \(publication.version); it scores from now on")
            publication.lineUp.show(target)
            print(publication.sweepText(target))
        }
    }

    struct Unpublish: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a model out of the published ones; it can be published again.")
        @OptionGroup var target: Target
        @Argument(help: "The model.") var name: String

        func run(_ settings: Settings) throws {
            let lineUp = try target.models(settings).unpublish(name)
            print(
                "\(name) is no longer published; a sweep scores its \(target.entity.plural) by others now, or by none")
            lineUp.show(target)
        }
    }

    struct Order: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sets which published model is asked first, second and so on.")
        @OptionGroup var target: Target
        @Argument(help: "Published models, the first one first; those not named follow as they stand.")
        var names: [String]

        func run(_ settings: Settings) throws {
            try target.models(settings).order(names).show(target, always: true)
        }
    }

    struct Rollback: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publishes again what was published before the last change: all models as they stood.")
        @OptionGroup var target: Target

        func run(_ settings: Settings) throws {
            let publication = try target.models(settings).rollback()
            let versions = publication.lineUp.versions
            print(
                "published \(versions.map(\.description).joined(separator: ", ")) again; "
                    + "\(versions.count == 1 ? "it scores" : "they score") from now on")
            publication.lineUp.show(target)
            print(publication.sweepText(target))
        }
    }

    struct Delete: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a model out of use: if it is published, it scores nothing afterwards.")
        @OptionGroup var target: Target
        @Argument(help: "The model.") var name: String
        @Flag(help: "Without asking.") var yes = false

        func run(_ settings: Settings) throws {
            let models = try target.models(settings)
            let (isPublished, others) = try models.isPublished(name)
            if !yes { try confirm(isPublished: isPublished, others: others) }
            try models.delete(name)
            print("deleted \(name); the reasons of its past scores stay readable")
            guard isPublished else { return }
            print(
                others
                    ? "a sweep scores its \(target.entity.plural) by the other models now, or removes their scores"
                    : "a sweep removes its scores from stored \(target.entity.plural) now")
        }

        private func confirm(isPublished: Bool, others: Bool) throws {
            let effect =
                !isPublished
                ? ""
                : others
                    ? ", and then other models score its \(target.entity.plural), or none"
                    : ", and then nothing scores the \(target.entity.plural) of \(target.org)"
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

extension LineUp {
    /// Prints the models in their order, if there are several, and warns of those that never score a record.
    func show(_ target: Target, always: Bool = false) {
        guard entries.count > 1 || always else { return }
        var table = Table(header: ["", "model", "for"], rightAligned: [0])
        table.rows = entries.enumerated().map { ["\($0 + 1)", "\($1.version)", $1.scope.words] }
        print(table.render())
        for (name, former) in hidden {
            printError(
                "warning: \(name.printable) scores no record: \(former.printable) comes before it and is for the same ones. "
                    + "`leadline model unpublish`, `delete` or `order` changes that")
        }
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
