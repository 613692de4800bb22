import ArgumentParser
import Contract
import Foundation
import Glibc
import LeadModel
import Registry
import Report
import Views

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "The registry's models and their versions, and which of them score.",
        subcommands: [
            List.self, Show.self, Publish.self, Unpublish.self, Order.self, Rollback.self, Delete.self,
        ])

    struct List: SettingsCommand {
        static let configuration = CommandConfiguration(abstract: "Lists an organization's models.")
        @OptionGroup var target: Target
        @Flag(help: "Print JSON.") var json = false

        func run(_ settings: Settings) throws {
            let view = try Servers(settings).withRedis {
                try ModelsView(of: target.org, entity: target.entity, from: $0)
            }
            if json { return try printJSON(view) }
            let models = view.models
            if models.isEmpty {
                return print("no model yet; to train one: `leadline train FILE --name NAME --publish\(target.flags)`")
            }
            var table = Table(
                header: ["model", "newest version", "published", "order", "for"], rightAligned: [1, 2, 3])
            table.rows = models.map { model in
                [
                    model.name, "\(model.newestVersion)", model.publishedVersion.map { "\($0)" } ?? "–",
                    model.place.map { "\($0)" } ?? "–", model.scope?.words ?? "",
                ]
            }
            print(table.render())
        }
    }

    struct Show: SettingsCommand {
        static let configuration = CommandConfiguration(
            abstract: "Shows a version's quality and the points of its attributes.")
        @OptionGroup var target: Target
        @Argument(help: "The model; by default the published one.") var name: String?
        @Option(help: ArgumentHelp("Its version; by default the published one, or the newest.", valueName: "n"))
        var version: Int?
        @Flag(help: "Print the artifact itself.") var json = false

        func run(_ settings: Settings) throws {
            let view = try Servers(settings).withRedis {
                try ModelVersionView(name, version: version, of: target.org, entity: target.entity, from: $0)
            }
            if json { return print(String(decoding: view.artifact, as: UTF8.self), terminator: "") }
            print(try ScorecardText(view.scorecard(), title: "\(view.version)").text)
        }
    }
}
