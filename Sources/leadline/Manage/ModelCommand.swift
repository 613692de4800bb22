import ArgumentParser
import Contract
import Foundation
import Glibc
import LeadModel
import Registry
import Views

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "The registry's models and their versions, and which one scores.",
        subcommands: [List.self, Show.self, Publish.self, Rollback.self, Delete.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists an organization's models.")
        @OptionGroup var target: Target
        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let view = try Servers.withRedis {
                try ModelsView(of: target.org, entity: target.entity, from: $0)
            }
            if json { return try printJSON(view) }
            let models = view.models
            if models.isEmpty {
                return print("no model yet; to train one: `leadline train FILE --name NAME --publish\(target.flags)`")
            }
            var table = Table(header: ["model", "newest version", "published"], rightAligned: [1, 2])
            table.rows = models.map { model in
                [model.name, "\(model.newestVersion)", model.publishedVersion.map { "\($0)" } ?? "–"]
            }
            print(table.render())
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a version's quality and the points of its attributes.")
        @OptionGroup var target: Target
        @Argument(help: "The model; by default the published one.") var name: String?
        @Option(help: ArgumentHelp("Its version; by default the published one, or the newest.", valueName: "n"))
        var version: Int?
        @Flag(help: "Print the artifact itself.") var json = false

        func run() throws {
            let view = try Servers.withRedis {
                try ModelVersionView(name, version: version, of: target.org, entity: target.entity, from: $0)
            }
            if json { return print(String(decoding: view.artifact, as: UTF8.self), terminator: "") }
            print(try ScorecardText(view.scorecard(), title: "\(view.version)").text)
        }
    }

    struct Publish: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a version the one that scores.")
        @OptionGroup var target: Target
        @Argument(help: "The model.") var name: String
        @Option(help: ArgumentHelp("Its version; by default the newest.", valueName: "n")) var version: Int?
        @Flag(help: "Scores stored records by it at once, not with the next daily sweep.") var now = false

        func run() throws {
            try Servers.changeRegistry { registry in
                let settings = try registry.requiredSettings(of: target.org)
                let isFirst = try !registry.hasPublished(organization: target.org, entity: target.entity)
                let published = try registry.publish(
                    name, version: version, organization: target.org, entity: target.entity, startsSweep: now)
                guard let published else { throw target.noModel(version.map { "\(name) \($0)" } ?? name) }
                print("published \(published); it scores from now on")
                print(try SweepWords.afterPublishing(isSwept: now || isFirst, target, registry, settings))
            }
        }
    }

    struct Rollback: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Publishes again what was published before.")
        @OptionGroup var target: Target

        func run() throws {
            try Servers.changeRegistry { registry in
                let settings = try registry.requiredSettings(of: target.org)
                guard let published = try registry.rollback(organization: target.org, entity: target.entity) else {
                    throw Failure(
                        .data, "\(target.org) published no \(target.entity.rawValue) model before; nothing is changed")
                }
                print("published \(published) again; it scores from now on")
                print(try SweepWords.afterPublishing(isSwept: false, target, registry, settings))
            }
        }
    }

    struct Delete: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes a model out of use: if it is published, nothing scores afterwards.")
        @OptionGroup var target: Target
        @Argument(help: "The model.") var name: String
        @Flag(help: "Without asking.") var yes = false

        func run() throws {
            let wasPublished = try Servers.changeRegistry { registry in
                _ = try registry.requiredSettings(of: target.org)
                let models = try registry.models(organization: target.org, entity: target.entity)
                guard let model = models.first(where: { $0.name == name }) else { throw target.noModel(name) }
                if !yes { try confirm(isPublished: model.publishedVersion != nil) }
                guard try registry.delete(name, organization: target.org, entity: target.entity) else {
                    throw target.noModel(name)
                }
                return model.publishedVersion != nil
            }
            print("deleted \(name); the reasons of its past scores stay readable")
            if wasPublished { print("its scores are taken off stored \(target.entity.plural) now, by a sweep") }
        }

        private func confirm(isPublished: Bool) throws {
            let effect = isPublished ? ", and then nothing scores the \(target.entity.plural) of \(target.org)" : ""
            guard isatty(STDIN_FILENO) == 1 else {
                throw Failure(.usage, "this deletes model \(name)\(effect): say --yes to do it")
            }
            print("Delete model \(name)\(effect)? Type its name: ", terminator: "")
            guard readLine() == name else { throw Failure(.usage, "that is not its name: nothing is deleted") }
        }
    }
}

extension Target {
    fileprivate func noModel(_ name: String) -> ViewError {
        .unknownModel(organization: org, entity, model: name)
    }
}
