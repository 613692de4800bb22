import Foundation
import TestKit
import Testing

/// Before anything is said about exports: that they are what they are meant to be.
@Suite("Made-up exports")
struct MadeUpExportTests {
    @Test("each has enough records of each end, and its columns by their names", arguments: MadeUpExport.all)
    func contents(_ export: MadeUpExport) {
        let counts = export.counts
        #expect(counts.won >= 40 && counts.lost >= 40 && counts.open >= 40)
        #expect((120...300).contains(counts.won + counts.lost + counts.open))
        let text = String(decoding: export.bytes, as: UTF8.self)
        for column in [export.columns.id, export.columns.created] + export.columns.outcome {
            #expect(text.contains(column))
        }
        #expect(export.closedBytes.count < export.bytes.count)
    }

    @Test(
        "the flags that a person would give train on each, and its open records count for nothing",
        arguments: MadeUpExport.all)
    func trained(_ export: MadeUpExport) throws {
        let folder = try TestFolder.make("exports/\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func trained(_ bytes: [UInt8], _ name: String, _ flags: [String]) throws -> CommandRun {
            try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
            return try CommandRun(
                [
                    "train", name, "--entity", export.entity, "--id", export.columns.id, "--created",
                    export.columns.created, "--output", "card.json",
                ] + flags, folder: folder)
        }
        func figures(_ run: CommandRun) -> [Substring] {
            run.output.split(separator: "\n").filter { $0.contains("AUC") || $0.hasPrefix("trained on") }
        }
        let all = try trained(export.bytes, export.fileName, export.columns.flags)
        #expect(all.code == 0, "\(export): \(all.errors)")
        let (good, bad) = export.entity == "lead" ? ("qualified", "disqualified") : ("won", "lost")
        let counts = "trained on \(export.counts.won) \(good) and \(export.counts.lost) \(bad)"
        #expect(all.output.hasPrefix(counts), "\(export): \(all.output)")
        let closed = try trained(export.closedBytes, "closed " + export.fileName, export.columns.flagsWithoutOpen)
        #expect(closed.code == 0, "\(export): \(closed.errors)")
        #expect(figures(closed) == figures(all), "\(export)")
    }

    @Test("a moment is written as each of them writes it")
    func moments() {
        let moment = MadeUpDeal.some(1, seed: 1)[0].created
        #expect(moment.written("yyyy-MM-dd HH:mm:ss") == moment.text.prefix(19).replacing("T", with: " "))
        #expect(moment.written("M/d/yyyy") == "1/1/2024")
        #expect(moment.written("dd.MM.yyyy") == "01.01.2024")
        #expect(moment.written("MM/dd/yyyy hh:mmam").hasSuffix("am") || moment.written("hh:mmam").hasSuffix("pm"))
        #expect(moment.written("h:mm AM").count >= 7)
    }
}
