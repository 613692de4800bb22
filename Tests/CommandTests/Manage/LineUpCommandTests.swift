import Foundation
import LeadModel
import TestKit
import Testing

@Suite("Models for a part of the records", .onOwnThreads)
struct LineUpCommandTests {
    @Test("are trained and published by filter, listed in their order, and what none is for says which condition fails")
    func filters() throws {
        let stage = try Stage()
        let servers = LeadlineProcess.servers(stage)
        func run(_ arguments: String...) throws -> CommandRun {
            try CommandRun(arguments + ["--org", stage.org], environment: servers)
        }
        let file = try LeadsFile(positives: 240, negatives: 240)
        func train(_ name: String, _ flags: String...) throws -> CommandRun {
            try CommandRun(
                ["train", file.path] + LeadsFile.flags + ["--name", name, "--publish", "--org", stage.org] + flags,
                environment: servers)
        }
        let web = try train("web", "--where", "Source is WEB", "--where", "Visits is not empty")
        #expect(web.code == 0, "\(web.errors)")
        // Of the 240 positive ones three of four came by the web, of the negative ones one; a seventh has no visits.
        #expect(web.output.contains("trained on 154 qualified and 51 disqualified"), "\(web.output)")
        #expect(try train("many", "--where-any", "Visits >= 1; Source in fair", "--for-process", "Inbound").code == 65)
        #expect(try train("many", "--where-any", "Visits >= 1; Source in fair").code == 0)
        let again = try train("twin", "--where-any", "Visits >= 1; Source in fair")
        #expect(again.errors.contains("warning: twin scores no record: many comes before it"), "\(again.errors)")
        #expect(try run("model", "unpublish", "twin").code == 0)
        let list = try run("model", "list").output
        #expect(list.contains("Source is WEB and Visits is not empty"), "\(list)")
        #expect(try run("model", "order", "many").output.contains("1  many 1  Visits >= 1 and Source is fair"))
        #expect(try run("model", "order", "none").code == 65)

        let worker = try LeadlineProcess(workerOn: stage)
        defer { worker.kill() }
        try stage.publish([
            .created("none", ["Source": "web"]), .created("one", ["Source": "web", "Visits": 3]),
        ])
        #expect(try stage.eventually { try stage.records(["none", "one"]).allSatisfy { $0.revision > 0 } })
        let why = try run("explain", "none").output
        #expect(why.contains("no published model is for it"), "\(why)")
        #expect(why.contains("many needs Visits >= 1; web needs Visits is not empty"), "\(why)")
        #expect(try run("explain", "one", "--json").output.contains(#""model" : "web""#))
        #expect(try run("model", "unpublish", "web").code == 0)
        #expect(try stage.eventually { try stage.record("one").scoring == nil })
        #expect(try run("model", "rollback").code == 0)
    }

    @Test("a condition that can't be read, and an attribute that there is not, are refused with what there is")
    func faults() throws {
        let file = try LeadsFile(positives: 40, negatives: 40)
        func train(_ flags: String...) throws -> CommandRun {
            try CommandRun(["train", file.path, "--output", file.path + ".json"] + LeadsFile.flags + flags)
        }
        let unreadable = try train("--where", "Source")
        #expect(unreadable.code == 64 && unreadable.errors.contains("is not a condition; there are: NAME is X"))
        let unknown = try train("--where", "Region in EU, UK")
        #expect(unknown.code == 64 && unknown.errors.contains("has an attribute Region, which --where names"))
        #expect(unknown.errors.contains("leadline inspect"))
        let empty = try train("--where-any", "Source is N/A")
        #expect(empty.code == 64 && empty.errors.contains("say `is empty` or `is not empty`"))
    }
}
