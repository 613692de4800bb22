import Foundation
import TestKit
import Testing

@Suite("leadline sample", .onOwnThreads)
struct SampleCommandTests {
    @Test("the leads are the same each time, and can be trained on with the flags that its help names")
    func written() throws {
        let folder = try TestFolder.make("sample/\(UUID().uuidString)")
        for name in ["a.csv", "b.csv"] {
            let run = try CommandRun(["sample", name, "--count", "600"], folder: folder)
            #expect(run.code == 0 && run.output.hasPrefix("600 leads, "))
        }
        let first = try Data(contentsOf: URL(fileURLWithPath: folder + "/a.csv"))
        #expect(try first == Data(contentsOf: URL(fileURLWithPath: folder + "/b.csv")))
        let help = try CommandRun(["sample", "--help"]).output.replacing(/\s+/, with: " ")
        let flags =
            "--id id --outcome outcome --positive qualified --created created --closed closed --owner owner "
            + "--title title"
        #expect(help.contains(flags))
        let trained = try CommandRun(
            ["train", "a.csv", "--output", "card.json"] + flags.split(separator: " ").map(String.init), folder: folder)
        #expect(trained.code == 0 && trained.output.contains("wrote card.json"))
    }

    @Test("an invalid count and a file that can't be written are refused")
    func refused() throws {
        let none = try CommandRun(["sample", "a.csv", "--count", "0"])
        #expect(none.code == 64 && none.firstErrorLine.contains("--count must be 1 to 1000000"))
        let nowhere = try CommandRun(["sample", "/nowhere/a.csv"])
        #expect(nowhere.code == 65)
        #expect(nowhere.errors == "leadline: cannot write /nowhere/a.csv: No such file or directory\n")
    }
}
